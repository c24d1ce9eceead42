/**
 * Puts the server together: HTTP, the socket endpoint, the issuer, the feed, the panel, the page.
 * Nothing starts on import; tests start as many isolated instances as they like, each on a free
 * port.
 */
import { createServer as createHttpServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createRealtime,
  type MemoryLog,
  memoryLog,
  type Realtime,
  type UserKey,
} from 'keepline/server';
import { type OidcVerify, verifyOidc } from 'keepline/server/oidc';
import {
  ConfigurationError,
  HealthRoutes,
  MetricsRoutes,
  type Routes,
  routeRequest,
} from 'keepline/server/standalone';
import { attach } from 'keepline/server/ws';
import { DeskKeeper, madeUpId } from './desk-keeper.js';
import { messagesOf } from './desk-notes.js';
import { DeskRoutes } from './desk-routes.js';
import { DevelopmentRoutes } from './development-routes.js';
import { developmentUsers } from './development-users.js';
import { Feed } from './feed.js';
import { FleetRoutes } from './fleet/fleet-routes.js';
import { ImportDesk } from './imports/import-desk.js';
import { ImportRoutes } from './imports/import-routes.js';
import { Uploads } from './imports/uploads.js';
import { DevelopmentIssuer } from './issuer.js';
import { Listener } from './listener.js';
import { createLog } from './log.js';
import { ServerMetrics } from './metrics.js';
import { NetworkPanel } from './network-panel.js';
import {
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_JWKS_COOLDOWN_MS,
  defaultOptions,
  type ServerOptions,
} from './options.js';
import { OrderedWriter } from './ordered-writer.js';
import { createPage, type Page, PageRoutes } from './page.js';
import { PublicRoutes } from './public-routes.js';
import { SharedRoutes } from './shared-routes.js';

export interface RunningServer {
  /** `http://127.0.0.1:5000`, without a final slash. */
  readonly url: string;
  readonly port: number;
  readonly realtime: Realtime;
  /** To all tabs of one user. Resolves when it is in the log: a desk that is asked for has it from then on. */
  publish(principal: UserKey, type: string, data: unknown): Promise<void>;
  readonly feed: Feed;
  /** Null with another issuer. */
  readonly issuer: DevelopmentIssuer | null;
  readonly panel: NetworkPanel | null;
  /**
   * One round of protocol pings, as the server makes every `livenessMs`; cuts who left the last two
   * unanswered.
   */
  checkLiveness(): void;
  /** Closes every socket with 1012 and a spread hint, then stops. Safe to call twice. */
  close(): Promise<void>;
}

/** Of a whole request; the largest upload there is gets through on a poor line. */
const REQUEST_TIMEOUT_MS = 60_000;
const HTTP_OPTIONS = {
  requestTimeout: REQUEST_TIMEOUT_MS,
  /** How soon a request that is never finished is noticed. */
  connectionsCheckingInterval: 5000,
};

export async function createServer(overrides: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const options: ServerOptions = { ...defaultOptions, log: createLog('info'), ...overrides };
  refuseUnsafe(options);
  const parts = await assemble(options);
  const close = onceOnly(() => stop(parts, options));
  let port: number;
  let url: string;
  try {
    port = await parts.listener.start();
    url = reachableUrl(options.host, port);
    parts.issuer?.setUrl(`${url}/`);
    parts.tellIssuer(`${url}/`);
    // The port is open by then: our own issuer answers over it, and whoever watches this server hears by
    // `/readyz` that another one is silent.
    await parts.verify.tried;
  } catch (error) {
    await close();
    throw error;
  }
  parts.feed.start(options.feed.eventsPerSecond);
  const { realtime, publish, feed, issuer, panel } = parts;
  const checkLiveness = () => realtime.checkLiveness();
  return { url, port, realtime, publish, feed, issuer, panel, checkLiveness, close };
}

type Parts = Awaited<ReturnType<typeof assemble>>;

async function assemble(options: ServerOptions) {
  const { log } = options;
  const http = createHttpServer(HTTP_OPTIONS);
  const listener = new Listener(http, options);
  const issuer = await createIssuer(options);
  const metrics = new ServerMetrics(() => imports.held);
  let tellIssuer: (url: string) => void = () => undefined;
  const ownIssuer = new Promise<string>((resolve) => {
    tellIssuer = resolve;
  });
  const verify = createVerify(options, issuer, ownIssuer, metrics);
  const { fleet } = options;
  const ownEvents = memoryLog();
  const events = fleet?.events ?? ownEvents;
  const realtime = createRealtime({
    ...options,
    verify,
    log: events,
    messages: messagesOf((...event) => publish(...event)),
    logger: log,
    metrics: metrics.realtime,
    greets: options.sendConnected,
    answersPings: options.answerPings,
  });
  const desks = new DeskKeeper(events, log);
  // Before anything happens there: a company's log may be trimmed by a button at once.
  if (issuer) for (const { tenant } of developmentUsers) desks.follow(tenant);
  const say = ({ tenant, user }: UserKey, type: string, data: unknown) =>
    void realtime.publish({ tenant, to: { users: [user] }, type, data, id: madeUpId() });
  const writer = new OrderedWriter((event) => realtime.publish(event));
  const publish = async ({ tenant, user }: UserKey, type: string, data: unknown): Promise<void> => {
    desks.follow(tenant);
    if (fleet) await writer.write({ tenant, user }, type, data);
    else await realtime.publish({ tenant, to: { users: [user] }, type, data });
  };
  const tell: typeof publish = (owner, type, data) =>
    publish(owner, type, data).catch((reason: unknown) => {
      log.warn({ type, problem: String(reason) }, 'an event was not written');
    });
  const imports = new ImportDesk({
    limits: options.imports,
    publish: (...event) => void tell(...event),
    onEnded: (state) => metrics.countImport(state),
    log,
  });
  const feed = new Feed({
    seed: options.feed.seed,
    listeners: () => listenersOf(realtime, fleet && issuer),
    publish: (...event) => void tell(...event),
  });
  const panel = createPanel(options, { realtime, issuer, listener, feed, say, events: ownEvents });
  if (!fleet)
    attach(http, realtime, {
      origins: options.allowedOrigins,
      trustProxy: options.trustProxy,
      intercept: panel ? (request, transport) => panel.takes(request, transport) : undefined,
      accept: panel ? (opened) => panel.accept(opened) : undefined,
    });
  const page = await createPage(options.page, http, () => (issuer ? [] : signInOrigins(verify)));
  const parts = {
    ...{ listener, issuer, verify, tellIssuer, realtime, publish },
    ...{ metrics, feed, panel, page, imports, desks },
  };
  const routes = createRoutes(options, parts);
  http.on('request', (request, response) => {
    void routeRequest({ routes, log }, request, response);
  });
  return parts;
}

/** Whom the feed tells stories: whoever is connected here, or to any node that shares the log. */
function listenersOf(realtime: Realtime, issuer: DevelopmentIssuer | null): readonly UserKey[] {
  if (issuer === null) return realtime.users();
  return issuer.knownUsers().filter(({ tenant, user }) => realtime.reachable(tenant, user));
}

function createVerify(
  options: ServerOptions,
  issuer: DevelopmentIssuer | null,
  ownIssuer: Promise<string>,
  metrics: ServerMetrics,
): OidcVerify {
  const { identity, jwks, tenantClaim } = options;
  return verifyOidc({
    issuer: identity.kind === 'oidc' ? identity.issuer : ownIssuer,
    audience: identity.kind === 'oidc' ? identity.audience : DEVELOPMENT_AUDIENCE,
    tenantClaim,
    requiredScopes: options.requiredScopes,
    keys: issuer ? { cooldownMs: DEVELOPMENT_JWKS_COOLDOWN_MS, ...jwks } : jwks,
    isRevoked: issuer ? (principal) => issuer.isRevoked(principal, principal.claims) : undefined,
    logger: options.log,
    metrics: metrics.realtime,
  });
}

/**
 * Where a page has to go to sign in and to renew; its policy must allow them. An issuer may keep its
 * endpoints on hosts of their own; its configuration names them.
 */
function signInOrigins(verify: OidcVerify): string[] {
  const document = verify.issuerDocument()?.document ?? {};
  const names = ['issuer', 'authorization_endpoint', 'token_endpoint', 'userinfo_endpoint'];
  const addresses = [...names, 'end_session_endpoint'].map((name) => document[name]);
  const known = addresses.filter(
    (address): address is string => typeof address === 'string' && URL.canParse(address),
  );
  return [...new Set(known.map((address) => new URL(address).origin))];
}

function createPanel(
  options: ServerOptions,
  parts: {
    readonly realtime: Realtime;
    readonly issuer: DevelopmentIssuer | null;
    readonly listener: Listener;
    readonly feed: Feed;
    readonly say: (principal: UserKey, type: string, data: unknown) => void;
    readonly events: MemoryLog;
  },
): NetworkPanel | null {
  const { realtime, issuer, listener, feed, say, events } = parts;
  if (issuer === null || !options.networkPanel || options.fleet) return null;
  return new NetworkPanel({
    // Whatever a developer makes up is heard, and is on no desk: it may be malformed.
    publish: say,
    issuer,
    tenantClaim: options.tenantClaim,
    restart: async (downMs, hint) => {
      await realtime.sendAway(hint);
      await listener.pause(downMs);
    },
    stepFeed: (principal, count) => feed.step(principal, count),
    trimLog: (tenant) => events.trim(tenant),
  });
}

interface RoutedParts {
  readonly issuer: DevelopmentIssuer | null;
  readonly verify: OidcVerify;
  readonly realtime: Realtime;
  readonly metrics: ServerMetrics;
  readonly feed: Feed;
  readonly panel: NetworkPanel | null;
  readonly imports: ImportDesk;
  readonly page: Page;
  readonly desks: DeskKeeper;
}

function createRoutes(options: ServerOptions, parts: RoutedParts): Routes[] {
  const { allowedOrigins, log } = options;
  const { issuer, verify, realtime, metrics, feed, panel, imports, page, desks } = parts;
  return [
    new SharedRoutes(allowedOrigins),
    new HealthRoutes(() => realtime.notReady()),
    new PublicRoutes({
      identity: options.identity,
      authority: () => verify.issuerDocument()?.issuer ?? null,
      networkPanel: panel !== null,
      fleet: options.fleet && { redis: options.fleet.control.hasRedis },
    }),
    new MetricsRoutes({ metrics, keys: options.metricsKeys, keyName: 'METRICS_TOKEN' }),
    new DeskRoutes({ desks, verify, allowedOrigins }),
    new ImportRoutes({
      desk: imports,
      uploads: new Uploads(options.imports),
      verify,
      allowedOrigins,
      country: options.importCountry,
    }),
    ...(issuer ? [new DevelopmentRoutes({ issuer, feed, panel, allowedOrigins, log })] : []),
    ...(options.fleet ? [new FleetRoutes(options.fleet.control, allowedOrigins)] : []),
    new PageRoutes(page),
  ];
}

async function stop(parts: Parts, options: ServerOptions): Promise<void> {
  parts.feed.stop();
  parts.panel?.dispose();
  await parts.imports.stop();
  const { readyMs, restartHint: hint } = options;
  // The port stays open while a balancer is to see that nobody else should come.
  const drained = parts.realtime.drain({ readyMs, overMs: 0, hint });
  if (readyMs > 0) await sleep(readyMs);
  await parts.listener.stop();
  await drained;
  await parts.realtime.close();
  parts.desks.close();
  await parts.page.close();
}

/**
 * What would give strangers a token, or let them break the network, is refused where it could
 * matter.
 */
function refuseUnsafe(options: ServerOptions): void {
  if (options.fleet && options.identity.kind !== 'development') {
    throw new ConfigurationError(
      'Several nodes are a demonstration, with the development issuer: leave AUTH0_DOMAIN out, or --nodes.',
    );
  }
  if (options.environment !== 'production') return;
  if (options.identity.kind === 'development') {
    throw new ConfigurationError(
      'The development issuer gives a token to anybody who asks and does not start with NODE_ENV=production. Set AUTH0_DOMAIN and AUTH0_AUDIENCE.',
    );
  }
  if (options.networkPanel) {
    throw new ConfigurationError(
      'The network panel lets anybody break connections and does not start with NODE_ENV=production. Leave it off.',
    );
  }
}

async function createIssuer(options: ServerOptions): Promise<DevelopmentIssuer | null> {
  const { identity, tenantClaim } = options;
  if (identity.kind !== 'development') return null;
  return DevelopmentIssuer.create({ ...identity, audience: DEVELOPMENT_AUDIENCE, tenantClaim });
}

/** Where this machine reaches a server that listens on `host`: a wildcard is no address to dial. */
function reachableUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function onceOnly(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= action();
    return running;
  };
}
