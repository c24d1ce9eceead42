/**
 * The demo on several nodes: a Redis with a replica, socket nodes as processes of their own, a balancer, and the
 * back end. The back end and the balancer live in this process, which starts and ends all the others: no button
 * kills them, and what a button does need not be passed on.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UserKey } from 'keepline/server';
import { redisLog } from 'keepline/server/redis';
import { ConfigurationError, RequestError } from 'keepline/server/standalone';
import { createServer, type RunningServer } from '../create-server.js';
import { createLog, type LogLevel } from '../log.js';
import { defaultOptions, type ServerOptions } from '../options.js';
import { Balancer } from './balancer.js';
import type { FleetControl } from './control.js';
import { NodeSlot } from './node-slot.js';
import { RedisPair } from './redis-pair.js';
import { LOG_PREFIX, WAIT_MS } from './times.js';
import type { FleetView } from './view.js';

export interface FleetOptions {
  readonly nodes: number;
  /** Somebody else's, which is not broken; a pair of its own otherwise. */
  readonly redisUrl?: string | undefined;
  /** Of the whole: host and port are the balancer's. */
  readonly server: Partial<ServerOptions>;
}

export interface RunningFleet {
  /** Of the balancer. */
  readonly url: string;
  readonly port: number;
  readonly server: RunningServer;
  readonly control: FleetControl;
  close(): Promise<void>;
}

/** Far more than nodes take that begin at all. */
const START_MS_MAX = 60_000;

/** Each demonstration gets by with these; a machine has two cores or eight. */
export const NODES = { least: 2, most: 8 } as const;

export async function startFleet(given: FleetOptions): Promise<RunningFleet> {
  const options: ServerOptions = { ...defaultOptions, log: createLog('info'), ...given.server };
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const redis = given.redisUrl === undefined ? await RedisPair.start() : null;
    if (redis) undo.push(() => redis.stop());
    const redisUrl = redis?.url ?? given.redisUrl ?? '';
    const events = redisLog({
      ...{ url: redisUrl, prefix: LOG_PREFIX, waitMs: WAIT_MS, logger: options.log },
    });
    undo.push(() => events.close());
    const slots: NodeSlot[] = [];
    const control = new Control(slots, redis);
    const server = await createServer({
      ...{ ...options, host: '127.0.0.1', port: 0, readyMs: 0 },
      fleet: { events, control },
    });
    undo.push(() => server.close());
    slots.push(...createSlots(given.nodes, options, { redisUrl, issuer: `${server.url}/` }));
    undo.push(() => Promise.all(slots.map((slot) => slot.stop())));
    for (const slot of slots) slot.start();
    await allReady(slots);
    const balancer = new Balancer({
      backEndPort: server.port,
      nodePorts: () => control.portsInTurn(),
    });
    balancer.http.listen(options.port, options.host);
    await once(balancer.http, 'listening');
    undo.push(() => balancer.close());
    const { port } = balancer.http.address() as { port: number };
    return { url: `http://127.0.0.1:${port}`, port, server, control, close };
  } catch (reason) {
    await close();
    throw reason;
  }
}

/** Rejects where they cannot begin. */
async function allReady(slots: readonly NodeSlot[]): Promise<void> {
  const patience = new AbortController();
  const late = sleep(START_MS_MAX, undefined, patience).then(() => {
    throw new ConfigurationError(
      'The nodes are not ready: does their Redis answer, at the address that REDIS_URL names if it is set? The log says more.',
    );
  });
  try {
    await Promise.race([Promise.all(slots.map(({ whenReady }) => whenReady)), late]);
  } finally {
    late.catch(() => undefined);
    patience.abort();
  }
}

function createSlots(
  count: number,
  options: ServerOptions,
  from: { readonly redisUrl: string; readonly issuer: string },
): NodeSlot[] {
  const { tenantClaim, requiredScopes, allowedOrigins, heartbeatMs, livenessMs, limits } = options;
  const settings = {
    ...{ tenantClaim, requiredScopes, allowedOrigins, heartbeatMs, livenessMs, limits, ...from },
    // The balancer adds to what proxies before it have said.
    trustProxy: options.trustProxy + 1,
    logLevel: options.log.level as LogLevel,
  };
  return Array.from(
    { length: count },
    (_, index) => new NodeSlot({ ...settings, name: `node ${index + 1}` }, options.log),
  );
}

class Control implements FleetControl {
  readonly #slots: readonly NodeSlot[];
  readonly #redis: RedisPair | null;
  #turn = 0;

  constructor(slots: readonly NodeSlot[], redis: RedisPair | null) {
    this.#slots = slots;
    this.#redis = redis;
  }

  get hasRedis(): boolean {
    return this.#redis !== null;
  }

  /** Of the nodes that are ready, another one first each time. */
  portsInTurn(): readonly number[] {
    const ready = this.#ready();
    this.#turn += 1;
    const from = this.#turn % Math.max(1, ready.length);
    return [...ready.slice(from), ...ready.slice(0, from)].flatMap(({ port }) => port ?? []);
  }

  async view(user: UserKey): Promise<FleetView> {
    const nodes = await Promise.all(this.#slots.map((slot) => slot.view(user)));
    return { nodes, redis: this.#redis?.state ?? null };
  }

  async kill(user: UserKey): Promise<string> {
    const slot = await this.#slotOf(user);
    slot.kill();
    return slot.name;
  }

  async restart(user: UserKey): Promise<string> {
    const slot = await this.#slotOf(user);
    slot.drain();
    return slot.name;
  }

  stopRedis(ms: number): void {
    this.#redis?.stopFor(ms);
  }

  async promoteReplica(): Promise<void> {
    await this.#redis?.promote();
  }

  /** The one that this user has a link to, or any; never the last that is ready. */
  async #slotOf(user: UserKey): Promise<NodeSlot> {
    const views = await Promise.all(this.#slots.map((slot) => slot.view(user)));
    const ready = this.#ready();
    const [first] = ready;
    if (first === undefined || ready.length < 2) {
      throw new RequestError(409, 'No other node is ready yet: wait until one is.');
    }
    const isHome = ({ name }: NodeSlot) =>
      views.some((view) => view.name === name && view.ofUser.length > 0);
    return ready.find(isHome) ?? first;
  }

  #ready(): readonly NodeSlot[] {
    return this.#slots.filter(({ state, port }) => state === 'ready' && port !== null);
  }
}
