/** A node by itself: the real-time half, the issuer's keys and a few addresses, on one port. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { EventLog } from '../../event-log/event-log.js';
import { verifyOidc } from '../../oidc/verify-oidc.js';
import { prometheusMetrics } from '../../prometheus/index.js';
import { createRealtime } from '../../realtime.js';
import { HealthRoutes } from '../../standalone/health-routes.js';
import { sendJson } from '../../standalone/json.js';
import { MetricsRoutes } from '../../standalone/metrics-routes.js';
import { type Routes, routeRequest } from '../../standalone/router.js';
import type { Logger } from '../../types.js';
import { attach } from '../../ws/attach.js';
import { CouldNotRun } from '../could-not-run.js';
import { ControlRoutes } from './control-routes.js';
import type { Settings } from './settings.js';

export interface Node {
  readonly port: number;
  /** Says that it is not ready, sends everybody away, and resolves when all have gone. */
  stop(): Promise<void>;
}

/** 64 KiB come within them on any line; whoever sends slower holds a connection for nothing. */
const httpOptions = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 5000,
};
/** What is being answered when everybody has left may still be answered. */
const answerMs = 1000;

/** Rejects with a `CouldNotRun` where it cannot listen; an issuer that is away is asked again and again. */
export async function startNode(settings: Settings, log: Logger): Promise<Node> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = prometheusMetrics(registry);
  const verify = createVerify(settings, { logger: log, metrics });
  const events = await createLog(settings, log);
  const ears = { logger: log, metrics };
  const realtime = createRealtime({ ...settings, verify, log: events, ...ears });
  const http = createServer(httpOptions);
  attach(http, realtime, settings);
  const { publishKeys: keys, metricsKeys, publishesPerSecond } = settings;
  const routes: Routes[] = [
    new HealthRoutes(() => realtime.notReady()),
    new MetricsRoutes({
      metrics: { contentType: registry.contentType, render: () => registry.metrics() },
      keys: [...metricsKeys, ...keys],
      keyName: 'METRICS_TOKEN',
    }),
    ...(keys.length > 0
      ? [new ControlRoutes({ realtime, metrics, keys, publishesPerSecond })]
      : []),
    new SocketRoute(settings.path),
  ];
  http.on('request', (request, response) => {
    void routeRequest({ routes, log }, request, response);
  });
  const end = async () => {
    await realtime.close();
    await events?.close();
  };
  const stop = async () => {
    const { readyMs, drainMs: overMs } = settings;
    await realtime.drain({ readyMs, overMs, elsewhere: settings.redis !== null });
    await closeServer(http);
    await end();
  };
  try {
    return { port: await listen(http, settings), stop };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Undefined where the node's own memory will do; only who has a Redis needs its package. */
async function createLog({ redis }: Settings, logger: Logger): Promise<EventLog | undefined> {
  if (!redis) return undefined;
  const { redisLog } = await import('../../redis/index.js');
  return redisLog({ ...redis, logger });
}

function createVerify(
  { identity }: Settings,
  ears: Pick<Parameters<typeof verifyOidc>[0], 'logger' | 'metrics'>,
) {
  try {
    return verifyOidc({ ...identity, ...ears });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CouldNotRun(error.message.replace(/^issuer:/, 'OIDC_ISSUER:'));
  }
}

/** Who opens the address of the sockets in a browser is told what it is. */
class SocketRoute implements Routes {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async handle(_: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (url.pathname !== this.#path) return false;
    response.setHeader('Upgrade', 'websocket');
    sendJson(response, 426, { error: 'This is the address of WebSockets.' });
    return true;
  }
}

async function listen(http: Server, { host, port }: Settings): Promise<number> {
  http.listen(port, host);
  try {
    await once(http, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'the port is in use' : code;
    throw new CouldNotRun(`cannot listen on HOST ${host}, PORT ${port}: ${why}`);
  }
  return (http.address() as AddressInfo).port;
}

async function closeServer(http: Server): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  const patience = setTimeout(() => http.closeAllConnections(), answerMs);
  await closed;
  clearTimeout(patience);
}
