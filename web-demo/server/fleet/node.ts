/**
 * A socket node, as a process: links and nothing else. Whatever it hears or tells goes through the log that it
 * shares with the others. Told by its parent what to be, and gone with it.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRealtime, type Realtime } from 'keepline/server';
import { verifyOidc } from 'keepline/server/oidc';
import { redisLog } from 'keepline/server/redis';
import { HealthRoutes, type Routes, routeRequest, sendJson } from 'keepline/server/standalone';
import { attach } from 'keepline/server/ws';
import { messagesOf } from '../desk-notes.js';
import { createLog, flushLog } from '../log.js';
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_JWKS_COOLDOWN_MS } from '../options.js';
import { OrderedWriter } from '../ordered-writer.js';
import {
  type FromNode,
  LINKS_PATH,
  type NodeLinks,
  type NodeSettings,
  type ToNode,
} from './messages.js';
import { LOG_PREFIX, READY_MS, WAIT_MS } from './times.js';

/** Whoever is asked to go elsewhere is asked within this. */
const DRAIN_MS = 1000;

function start(settings: NodeSettings): Realtime {
  const log = createLog(settings.logLevel).child({ process: settings.name });
  const events = redisLog({
    url: settings.redisUrl,
    prefix: LOG_PREFIX,
    waitMs: WAIT_MS,
    logger: log,
  });
  const { issuer, tenantClaim, requiredScopes, heartbeatMs, livenessMs, limits } = settings;
  const realtime = createRealtime({
    verify: verifyOidc({
      ...{ issuer, audience: DEVELOPMENT_AUDIENCE, tenantClaim, requiredScopes, logger: log },
      keys: { cooldownMs: DEVELOPMENT_JWKS_COOLDOWN_MS },
    }),
    log: events,
    messages: messagesOf((...event) => writer.write(...event)),
    ...{ heartbeatMs, livenessMs, limits, logger: log },
  });
  const writer = new OrderedWriter((event) => realtime.publish(event));
  const http = createServer();
  const routes = [new HealthRoutes(() => realtime.notReady()), new LinkRoutes(realtime)];
  http.on('request', (request, response) => void routeRequest({ routes, log }, request, response));
  attach(http, realtime, { origins: settings.allowedOrigins, trustProxy: settings.trustProxy });
  // The balancer and the fleet come from this machine.
  http.listen(0, '127.0.0.1', () => tellPort(http));
  return realtime;
}

function tellPort(http: Server): void {
  const told: FromNode = { kind: 'listening', port: (http.address() as AddressInfo).port };
  process.send?.(told);
}

/** Who is connected here: for the fleet, which shows it. */
class LinkRoutes implements Routes {
  readonly #realtime: Realtime;

  constructor(realtime: Realtime) {
    this.#realtime = realtime;
  }

  async handle(...[, response, url]: Parameters<Routes['handle']>): Promise<boolean> {
    if (url.pathname !== LINKS_PATH) return false;
    const [tenant, user] = ['tenant', 'user'].map((name) => url.searchParams.get(name) ?? '');
    const ofUser = this.#realtime.connections({ tenant: tenant ?? '', user: user ?? '' });
    const links: NodeLinks = {
      links: this.#realtime.size,
      ofUser: ofUser.map(({ connectionId }) => connectionId),
    };
    sendJson(response, 200, links);
    return true;
  }
}

async function leave(realtime: Realtime | undefined): Promise<void> {
  await realtime?.drain({ readyMs: READY_MS, overMs: DRAIN_MS, elsewhere: true });
  await flushLog();
  process.exit();
}

let running: Realtime | undefined;
process.on('message', (message: ToNode) => {
  if (message.kind === 'start') running = start(message.settings);
  else void leave(running);
});
process.once('disconnect', () => process.exit());
// A terminal's interrupt reaches all processes of its group: the fleet says in which order they end.
process.on('SIGINT', () => undefined);
