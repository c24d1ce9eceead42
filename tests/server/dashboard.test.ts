/** docs/deploy/grafana.json: it asks for what a node tells, by the labels that it has, and leaves nothing out. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startNode } from './serve/support/node.js';
import { Client } from './support/client.js';
import { waitFor } from './support/http.js';

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly description?: string;
    readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly query: string }[] };
}

const dashboard = JSON.parse(
  readFileSync(new URL('../../docs/deploy/grafana.json', import.meta.url), 'utf8'),
) as Dashboard;
const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);
const queries = [
  ...targets.map(({ expr }) => expr),
  ...dashboard.templating.list.map(({ query }) => query),
];

const metricsIn = (query: string): string[] =>
  [...query.matchAll(/\b([a-z][a-z0-9_]+)\{/g), ...query.matchAll(/label_values\((\w+),/g)].map(
    ([, name = '']) => name,
  );

/** Every name that the server counts, observes or has a gauge for. */
function namesInSources(): string[] {
  const folder = new URL('../../js-bindings/src/server/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const called = /metrics\??\.(?:count|observe|gauge)\(\s*'([a-z_]+)'/g;
  const names = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(called)])
    .map(([, name]) => `keepline_${name}`);
  return [...new Set(names)].sort();
}

/** Of a histogram, which is told in three. */
const plain = (name: string): string => name.replace(/_(?:bucket|sum|count)$/, '');

/** Told between nodes of one log, or once something goes wrong: neither is so here. */
const untold = [
  'keepline_cluster_messages_total',
  'keepline_jwks_failures_total',
  'keepline_slow_reader_bytes_cut_total',
  'keepline_slow_readers_cut_total',
  'keepline_slow_readers_total',
];

/** By metric the names of its labels, as a node tells them that has had a few links. */
async function askNode(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { ask, publish, dial, url, issuer } = await startNode();
  const { client } = await dial();
  await publish({ tenant: 'acme', to: 'tenant', type: 'note' });
  expect(await client.next()).toMatchObject({ type: 'note' });
  client.send({ type: 'nobody_knows', id: 'm1' });
  expect(await client.next()).toMatchObject({ type: 'error' });
  for (const from of [null, 'nowhere']) {
    const token = await issuer.sign({ org_id: 'acme', sub: 'bo' });
    const returning = Client.withToken(url, token, { follows: false });
    await returning.next();
    await publish({ tenant: 'acme', to: 'tenant', type: 'note' });
    returning.send({ type: 'resume', data: { from } });
    expect(await returning.next()).toMatchObject({ type: from === null ? 'resumed' : 'gap' });
    returning.socket.terminate();
  }
  const lines = async () => String((await ask('/metrics')).body['text']).split('\n');
  await waitFor(async () => (await lines()).some((line) => /^keepline_closes_total/.test(line)));
  const told = new Map<string, Set<string>>();
  for (const line of await lines()) {
    const [, name, labels = ''] = /^([a-z_][a-z0-9_]*)(?:\{(.*?)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const known = told.get(name) ?? new Set<string>();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    told.set(name, known);
  }
  return told;
}

describe('the dashboard', () => {
  test('asks for what a node tells, sorted by labels that it has', async () => {
    const told = await askNode();
    const names = [...new Set(queries.flatMap(metricsIn))];
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !told.has(name)).sort()).toEqual(untold);
    for (const { expr } of targets) {
      const [, list] = /\bby \(([^)]+)\)/.exec(expr) ?? [];
      const labels = metricsIn(expr).flatMap((name) => [...(told.get(name) ?? [])]);
      const isTold = metricsIn(expr).some((name) => told.has(name));
      if (list && isTold) expect(labels, expr).toEqual(expect.arrayContaining(list.split(', ')));
    }
  }, 60_000);

  test('shows all that the server counts', () => {
    const names = namesInSources();
    expect(names).toEqual(expect.arrayContaining(untold));
    const shown = new Set(targets.flatMap(({ expr }) => metricsIn(expr)).map(plain));
    expect(names.filter((name) => !shown.has(name))).toEqual([]);
  });

  test('names its lines by what they are sorted by', () => {
    /** A scrape's own. */
    const scraped = ['job', 'instance'];
    for (const { expr, legendFormat } of targets) {
      const isSum = /\bsum\b/.test(expr);
      const by = /\bby \(([^)]+)\)/.exec(expr)?.[1]?.split(', ') ?? [];
      const legend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      expect(isSum ? by : scraped, expr).toEqual(expect.arrayContaining(legend));
      expect(legendFormat).not.toBe('');
    }
  });

  test('says what each panel means, once', () => {
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');
    expect(panels.filter(({ description }) => !description)).toEqual([]);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});
