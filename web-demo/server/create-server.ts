/**
 * Puts the server together: HTTP, the socket endpoint, the issuer, the feed, the panel, the page.
 * Nothing starts on import; tests start as many isolated instances as they like, each on a free
 * port.
 */
import { createServer as createHttpServer } from 'node:http';
import { TokenVerifier } from './auth.js';
import { ConfigurationError } from './config.js';
import { DevelopmentRoutes } from './development-routes.js';
import { Feed } from './feed.js';
import { Gateway } from './gateway.js';
import { type Routes, routeRequest } from './http-router.js';
import { Hub } from './hub.js';
import { ImportDesk } from './imports/import-desk.js';
import { ImportRoutes } from './imports/import-routes.js';
import { DevelopmentIssuer } from './issuer.js';
import { Listener } from './listener.js';
import { createLog } from './log.js';
import { ServerMetrics } from './metrics.js';
import { MetricsRoutes } from './metrics-routes.js';
import { NetworkPanel } from './network-panel.js';
import {
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_JWKS_COOLDOWN_MS,
  defaultOptions,
  type ServerOptions,
} from './options.js';
import { createPage } from './page.js';
import { PublicRoutes } from './public-routes.js';
import type { SocketSession } from './socket-session.js';
import { isWebSocketUpgrade } from './upgrades.js';

export interface RunningServer {
  /** `http://127.0.0.1:5000`, without a final slash. */
  readonly url: string;
  readonly port: number;
  readonly hub: Hub<SocketSession>;
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
  /** Asked by Node 24.9 and later; those before have to be told afterwards to ignore an upgrade. */
  shouldUpgradeCallback: isWebSocketUpgrade,
};
/** How long a socket may take to answer the closing handshake before it is cut. */
const CLOSE_PATIENCE_MS = 2000;

export async function createServer(overrides: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const options: ServerOptions = { ...defaultOptions, log: createLog('info'), ...overrides };
  refuseUnsafe(options);
  const parts = await assemble(options);
  const close = onceOnly(() => stop(parts, options));
  let port: number;
  let url: string;
  try {
    const { identity } = options;
    // Another issuer is asked before anybody can come in; our own answers over the same port.
    if (identity.kind === 'oidc') await parts.verifier.initialize(identity.issuer);
    port = await parts.listener.start();
    url = reachableUrl(options.host, port);
    parts.issuer?.setUrl(`${url}/`);
    if (identity.kind === 'development') await parts.verifier.initialize(`${url}/`);
  } catch (error) {
    await close();
    throw error;
  }
  parts.feed.start(options.feed.eventsPerSecond);
  const { hub, feed, issuer, panel, checkLiveness } = parts;
  return { url, port, hub, feed, issuer, panel, checkLiveness, close };
}

type Parts = Awaited<ReturnType<typeof assemble>>;

async function assemble(options: ServerOptions) {
  const { log } = options;
  const http = createHttpServer(HTTP_OPTIONS);
  const listener = new Listener(http, options);
  const issuer = await createIssuer(options);
  const hub = new Hub<SocketSession>();
  const metrics = new ServerMetrics({
    socketsOpen: () => hub.size,
    importsHeld: () => imports.held,
  });
  const imports = new ImportDesk({
    limits: options.imports,
    publish: (principal, type, data) => hub.publishToUser(principal, type, data),
    onEnded: (state) => metrics.countImport(state),
    log,
  });
  const verifier = createVerifier(options, issuer, metrics);
  const feed = new Feed({
    seed: options.feed.seed,
    listeners: () => hub.principals(),
    publish: (principal, type, data) => hub.publishToUser(principal, type, data),
  });
  const panel = createPanel(options, { hub, issuer, listener, feed });
  const page = await createPage(options.page, http, () => (issuer ? [] : verifier.signInOrigins));
  const gateway = new Gateway({
    options,
    verifier,
    hub,
    metrics,
    log,
    gate: panel ?? undefined,
    isForeign: page.takesUpgrade,
    onFrame: panel ? (principal, type) => panel.recordFrame(principal, type) : undefined,
    onVerified: panel ? (session) => panel.adopt(session) : undefined,
  });
  gateway.attach(http);
  panel?.setGateway(gateway);
  const parts = { listener, issuer, verifier, hub, metrics, feed, panel, page, gateway, imports };
  const routes = createRoutes(options, parts);
  http.on('request', (request, response) => {
    void routeRequest({ routes, page, log }, request, response);
  });
  const checkLiveness = () => {
    for (const session of hub.all()) session.checkLiveness();
  };
  const liveness = setInterval(checkLiveness, options.livenessMs);
  return { ...parts, checkLiveness, liveness };
}

function createVerifier(
  options: ServerOptions,
  issuer: DevelopmentIssuer | null,
  metrics: ServerMetrics,
): TokenVerifier {
  const { identity, jwks, tenantClaim } = options;
  return new TokenVerifier({
    audience: identity.kind === 'oidc' ? identity.audience : DEVELOPMENT_AUDIENCE,
    tenantClaim,
    algorithms: options.tokenAlgorithms,
    jwks: issuer
      ? { ...jwks, cooldownMs: Math.min(jwks.cooldownMs, DEVELOPMENT_JWKS_COOLDOWN_MS) }
      : jwks,
    isRevoked: issuer ? (principal, claims) => issuer.isRevoked(principal, claims) : undefined,
    metrics,
  });
}

function createPanel(
  options: ServerOptions,
  parts: {
    readonly hub: Hub<SocketSession>;
    readonly issuer: DevelopmentIssuer | null;
    readonly listener: Listener;
    readonly feed: Feed;
  },
): NetworkPanel | null {
  const { hub, issuer, listener, feed } = parts;
  if (issuer === null || !options.networkPanel) return null;
  return new NetworkPanel({
    hub,
    issuer,
    tenantClaim: options.tenantClaim,
    pauseListener: (ms) => listener.pause(ms),
    stepFeed: (principal, count) => feed.step(principal, count),
  });
}

interface RoutedParts {
  readonly listener: Listener;
  readonly issuer: DevelopmentIssuer | null;
  readonly verifier: TokenVerifier;
  readonly hub: Hub<SocketSession>;
  readonly metrics: ServerMetrics;
  readonly feed: Feed;
  readonly panel: NetworkPanel | null;
  readonly imports: ImportDesk;
}

function createRoutes(options: ServerOptions, parts: RoutedParts): Routes[] {
  const { allowedOrigins, log } = options;
  const { listener, issuer, verifier, hub, metrics, feed, panel, imports } = parts;
  return [
    new PublicRoutes({
      health: () => ({ ready: !listener.isStopped, sockets: hub.size }),
      identity: options.identity,
      authority: () => verifier.issuer,
      networkPanel: panel !== null,
    }),
    new MetricsRoutes({ metrics, token: options.metricsToken }),
    new ImportRoutes({ desk: imports, verifier, allowedOrigins, limits: options.imports }),
    ...(issuer ? [new DevelopmentRoutes({ issuer, feed, panel, allowedOrigins, log })] : []),
  ];
}

async function stop(parts: Parts, options: ServerOptions): Promise<void> {
  clearInterval(parts.liveness);
  parts.feed.stop();
  parts.panel?.dispose();
  await parts.imports.stop();
  await parts.listener.stop();
  await parts.gateway.closeAll(options.restartHint, CLOSE_PATIENCE_MS);
  await parts.page.close();
}

/**
 * What would give strangers a token, or let them break the network, is refused where it could
 * matter.
 */
function refuseUnsafe(options: ServerOptions): void {
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
