/** docs/deploy: what it sets is what `keepline serve` reads, and what it asks is what a node answers. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readSettings } from '../../js-bindings/src/server/cli/serve/settings.js';
import { variables } from '../../js-bindings/src/server/cli/serve/variables.js';
import { KEY, startNode, startProcess } from './serve/support/node.js';

const read = (name: string) =>
  readFileSync(new URL(`../../docs/deploy/${name}`, import.meta.url), 'utf8');

/** What `keepline serve` takes to close its links after the last was sent away. */
const leaveMs = 5000;

const msOf: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `45s`, `1m30s`. */
function readMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|s|m)/g)];
  expect(parts.map(([part]) => part).join('')).toBe(text);
  return parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (msOf[unit] ?? Number.NaN),
    0,
  );
}

// ---- the files

interface ComposeService {
  readonly build?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const compose = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};
const composeNodes = Object.entries(compose.services).filter(([, { build }]) => build);

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}
interface Container {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly Variable[];
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}
type Labels = Readonly<Record<string, string>>;
interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas: number;
    readonly strategy: {
      readonly rollingUpdate: { readonly maxUnavailable: number; readonly maxSurge: number };
    };
    readonly selector: Labels & { readonly matchLabels?: Labels };
    readonly maxUnavailable: number;
    readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly topologySpreadConstraints: readonly {
          readonly labelSelector: { readonly matchLabels: Labels };
        }[];
        readonly containers: readonly Container[];
      };
    };
  };
}

const resources = parseAllDocuments(read('kubernetes.yaml')).map(
  (document) => document.toJS() as Resource,
);
const resource = (kind: string): Resource => {
  const found = resources.filter((each) => each.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as Resource;
};
const deployment = resource('Deployment').spec;
const pod = deployment.template.spec;
const [container] = pod.containers as readonly [Container];

/** What is filled in on the spot, by whoever runs it. */
const own: Readonly<Record<string, string>> = {
  OIDC_ISSUER: 'https://id.example.com/',
  OIDC_AUDIENCE: 'https://api.crm.example',
  PUBLIC_ORIGIN: 'https://crm.example',
  PUBLISH_KEY: KEY,
  METRICS_TOKEN: KEY,
  REDIS_URL: 'redis://redis.example:6379',
};
const filledIn = ([name, value]: readonly [string, string]) =>
  [name, /^\$\{\w+:\?.+\}$/.test(value) ? (own[name] ?? '') : value] as const;

const environments: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ...composeNodes.map(
    ([name, { environment = {} }]) =>
      [
        `compose.yaml, ${name}`,
        Object.fromEntries(Object.entries(environment).map(filledIn)),
      ] as const,
  ),
  [
    'kubernetes.yaml',
    Object.fromEntries(container.env.map(({ name, value }) => [name, value ?? own[name] ?? ''])),
  ],
];

describe.each(environments)('the environment of %s', (_, environment) => {
  test('names what `keepline serve` reads', () => {
    expect(Object.keys(environment).filter((name) => !(name in variables))).toEqual([]);
  });

  test('is one that it takes', () => {
    const settings = readSettings(environment);
    expect(settings).toMatchObject({ host: '0.0.0.0', trustProxy: 1 });
    expect(settings.publishKeys).toHaveLength(1);
  });

  test('has a log that nodes share', () => {
    expect(readSettings(environment).redis).not.toBeNull();
  });
});

/** How long a node takes at most from its signal to its end. */
function stopMs(environment: Readonly<Record<string, string>>): number {
  const { readyMs, drainMs } = readSettings(environment);
  return readyMs + drainMs + leaveMs;
}
const environmentOf = (place: string) =>
  environments.find(([name]) => name.startsWith(place))?.[1] ?? {};
const numberIn = (place: string, name: string) => Number(environmentOf(place)[name]);

describe('a stop', () => {
  test('of a container is not cut short', () => {
    expect(composeNodes.length).toBeGreaterThan(1);
    for (const [, { stop_grace_period = '10s' }] of composeNodes) {
      expect(readMs(stop_grace_period)).toBeGreaterThanOrEqual(stopMs(environmentOf('compose')));
    }
  });

  test('of a pod is not cut short', () => {
    const graceMs = pod.terminationGracePeriodSeconds * 1000;
    expect(graceMs).toBeGreaterThanOrEqual(stopMs(environmentOf('kubernetes')));
  });

  test('takes what the page of reasons says', () => {
    const page = read('README.md');
    const [, { stop_grace_period = '' } = {}] = composeNodes[0] ?? [];
    const [inCompose, inCluster] = ['compose', 'kubernetes'].map((place) => {
      return stopMs(environmentOf(place)) / 1000;
    });
    expect(page).toContain(`${inCompose} s of ${readMs(stop_grace_period) / 1000}`);
    expect(page).toContain(`${inCluster} s of ${pod.terminationGracePeriodSeconds}`);
    for (const place of ['compose', 'kubernetes']) {
      const readyMs = numberIn(place, 'READY_MS').toLocaleString('en');
      expect(page).toMatch(new RegExp(`\\b${readyMs}\\b`));
    }
  });

  test('is seen by whoever sends traffic before anybody is sent away', () => {
    const { periodSeconds, failureThreshold } = container.readinessProbe;
    const seenMs = periodSeconds * failureThreshold * 1000;
    expect(numberIn('kubernetes', 'READY_MS')).toBeGreaterThan(seenMs);
    const looks = [...read('haproxy.cfg').matchAll(/ check inter (\w+) fall (\d+)/g)];
    expect(looks).toHaveLength(2);
    for (const [, every = '', times] of looks) {
      expect(numberIn('compose', 'READY_MS')).toBeGreaterThan(readMs(every) * Number(times));
    }
  });
});

describe('the cluster', () => {
  test('has one more node in a deployment, and never one less', () => {
    expect(deployment.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    const { maxUnavailable } = resource('PodDisruptionBudget').spec;
    expect(maxUnavailable).toBeLessThan(deployment.replicas);
  });

  test('selects the pods that it has made', () => {
    const { labels } = deployment.template.metadata;
    expect(deployment.selector.matchLabels).toEqual(labels);
    expect(resource('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels);
    expect(resource('Service').spec.selector).toEqual(labels);
    expect(pod.topologySpreadConstraints).toHaveLength(2);
    for (const { labelSelector } of pod.topologySpreadConstraints) {
      expect(labelSelector.matchLabels).toEqual(labels);
    }
  });

  test('has its secrets by reference', () => {
    const byReference = container.env.filter(({ valueFrom }) => valueFrom?.secretKeyRef);
    const secrets = ['PUBLISH_KEY', 'METRICS_TOKEN', 'REDIS_URL'];
    expect(byReference.map(({ name }) => name)).toEqual(secrets);
    expect(byReference.filter(({ value }) => value !== undefined)).toEqual([]);
  });

  test('reaches the port that a node listens on', () => {
    const [port] = container.ports;
    expect(port?.containerPort).toBe(variables.PORT.fallback);
    const ports = [container.readinessProbe.httpGet.port, container.livenessProbe.httpGet.port];
    expect([...ports, resource('Service').spec.ports[0]?.targetPort]).toEqual(
      Array(3).fill(port?.name),
    );
  });
});

describe('the balancer of the containers', () => {
  const config = read('haproxy.cfg');
  const servers = [...config.matchAll(/^ {4}server (\w+) (\w+):(\d+)$/gm)];

  test('has every node', () => {
    const named = composeNodes.map(([name]) => name);
    expect([...new Set(servers.map(([, , host]) => host))]).toEqual(named);
    expect(new Set(servers.map(([, , , port]) => Number(port)))).toEqual(
      new Set([variables.PORT.fallback]),
    );
  });

  test('gives a node no more links than it takes, and lets one be silent for two pings', () => {
    const most = /check .*maxconn (\d+)/.exec(config)?.[1];
    expect(Number(most)).toBe(numberIn('compose', 'SOCKETS_MAX'));
    const tunnel = /timeout tunnel (\w+)/.exec(config)?.[1] ?? '';
    expect(readMs(tunnel)).toBeGreaterThan(2 * variables.HEARTBEAT_MS.fallback);
  });
});

test('the shared log is never short of an event without a word', () => {
  const { command = [] } = compose.services['redis'] ?? {};
  const setting = (name: string) => command[command.indexOf(name) + 1];
  expect(setting('--maxmemory-policy')).toBe('noeviction');
  expect(setting('--appendonly')).toBe('no');
  expect(setting('--maxmemory')).toMatch(/^\d+mb$/);
});

test('the image has the command, and what it asks for beside the package', async () => {
  const file = read('Dockerfile');
  const [, major] = /^FROM node:(\d+)/m.exec(file) ?? [];
  expect(Number(major)).toBeGreaterThanOrEqual(20);
  expect(file).toMatch(/^CMD \["node_modules\/\.bin\/keepline", "serve"\]$/m);
  const installed = /npm install ([\w -]+)/.exec(file)?.[1]?.split(' ') ?? [];
  const source = new URL('../../js-bindings/src/server/cli/serve/command.ts', import.meta.url);
  const asked = /requirePeers\(\[(.+?)\]\)/.exec(readFileSync(source, 'utf8'))?.[1] ?? '';
  const peers = [...asked.matchAll(/'([\w-]+)'/g)].map(([, name]) => name);
  expect(peers.length).toBeGreaterThan(2);
  expect(installed).toEqual(expect.arrayContaining(['keepline', ...peers]));
});

describe('a node', { timeout: 60_000 }, () => {
  const { REDIS_URL: _, ...nodeAlone } = own;
  const liveness = [
    container.livenessProbe.httpGet.path,
    ...composeNodes.map(
      ([, { healthcheck }]) => /:\d+(\/\w+)/.exec(healthcheck?.test.join(' ') ?? '')?.[1] ?? '',
    ),
  ];
  const readiness = [
    container.readinessProbe.httpGet.path,
    ...[...read('haproxy.cfg').matchAll(/httpchk GET (\S+)/g)].map(([, path = '']) => path),
  ];

  test('that has no keys of its issuer is alive and not ready, by the paths that are asked', async () => {
    const { ask } = await startProcess({ ...nodeAlone, OIDC_ISSUER: 'http://127.0.0.1:9/' });
    expect([liveness.length, readiness.length]).toEqual([3, 3]);
    for (const path of liveness) expect((await ask(path)).status).toBe(200);
    for (const path of readiness) expect((await ask(path)).status).toBe(503);
  });

  test('answers what the balancer passes on, and is ready by the same paths', async () => {
    const { ask } = await startNode();
    for (const path of readiness) expect((await ask(path)).status).toBe(200);
    const passed = [...read('haproxy.cfg').matchAll(/\bpath((?: \/\w+)+)/g)].flatMap(
      ([, paths = '']) => paths.trim().split(' '),
    );
    expect(passed).toEqual(['/ws', '/publish', '/kick', '/connections', '/reachable']);
    for (const path of passed) expect((await ask(path)).status).not.toBe(404);
  });
});
