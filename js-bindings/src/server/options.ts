// What an application gives `createRealtime`, and what is made of it.
import type { EventLog } from './event-log/event-log.js';
import { memoryLog } from './event-log/memory-log.js';
import type { Handlers } from './handlers.js';
import { type Limits, readLimits } from './limits.js';
import { batchWindowMsMax } from './outbox.js';
import type { Feature } from './parts.js';
import type { Logger, Metrics, Principal, Verify } from './types.js';

export interface RealtimeOptions {
  /** Who a token names; `verifyOidc` of `keepline/server/oidc` is one. */
  readonly verify: Verify;
  /**
   * Which event types a user may hear; asked once for each type and link, and again after a renewal of the
   * token. One that throws counts as no. Default: all.
   */
  readonly authorise?: ((principal: Principal, type: string) => boolean) | undefined;
  /**
   * What clients may send: a handler for each type. Its result is the answer, `ack`; a type without a
   * handler is answered by an `error`. Control messages cannot be handled.
   */
  readonly messages?: Handlers | undefined;
  /**
   * Where events are kept, so that a page that was away is sent what it missed. Default `memoryLog()`, which
   * ends with the process; null: nothing is kept, and pages cannot know what they missed.
   */
  readonly log?: EventLog | null | undefined;
  /**
   * How long an event may wait for others to share a message with, 0–50 ms, for pages that read several in one:
   * a number, or a function of the type and the user, asked once for each link and type. Default 0: what is
   * ready in the same turn of the loop goes together.
   */
  readonly batchWindowMs?: number | ((type: string, principal: Principal) => number) | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** How often pages are asked to ping, 1,000–600,000 ms; default 8,000. */
  readonly heartbeatMs?: number | undefined;
  /** How often links are pinged by the WebSocket protocol, 1,000–600,000 ms; default 15,000. Two unanswered end one. */
  readonly livenessMs?: number | undefined;
  /**
   * How often the nodes of one log tell each other that they are there, 100–10,000 ms; default 2,000. One that is not
   * heard for three times that is gone.
   */
  readonly nodeBeatMs?: number | undefined;
  /** What this server runs, told in `connected`: a page sees that a newer one is there. */
  readonly build?: string | undefined;
  /** Any logger that takes fields and a message; default none. Never given a token or a payload. */
  readonly logger?: Logger | undefined;
  /** Default none; `keepline/server/prometheus` has one. */
  readonly metrics?: Metrics | undefined;
  /** What `connected` offers; default all that there is. For tests of clients. */
  readonly features?: readonly Feature[] | undefined;
  /** False imitates a server that knows nothing of `connected`. For tests of clients. */
  readonly greets?: boolean | undefined;
  /** False imitates a server that knows nothing of `ping`. For tests of clients. */
  readonly answersPings?: boolean | undefined;
}

const silent: Metrics = {
  count: () => undefined,
  observe: () => undefined,
  gauge: () => undefined,
};
const reserved = new Set(
  'connected ping pong subscribe auth authed going_away error resume resumed gap position ack'.split(
    ' ',
  ),
);

/** Throws a TypeError or a RangeError that names the option. */
export function readOptions(given: RealtimeOptions) {
  if (typeof given?.verify !== 'function') throw new TypeError('verify must be a function');
  for (const [type, handler] of Object.entries(given.messages ?? {})) {
    if (reserved.has(type)) throw new TypeError(`messages.${type}: the protocol's own name`);
    if (typeof handler !== 'function') throw new TypeError(`messages.${type} must be a function`);
  }
  return {
    verify: given.verify,
    authorise: given.authorise ?? (() => true),
    messages: given.messages ?? {},
    limits: readLimits(given.limits),
    heartbeatMs: readMs('heartbeatMs', given.heartbeatMs ?? 8000),
    livenessMs: readMs('livenessMs', given.livenessMs ?? 15_000),
    nodeBeatMs: readMs('nodeBeatMs', given.nodeBeatMs ?? 2000, 100, 10_000),
    build: given.build,
    logger: given.logger,
    metrics: given.metrics ?? silent,
    log: given.log === undefined ? memoryLog() : given.log,
    features: readFeatures(given),
    batchWindowMs: readWindow(given.batchWindowMs ?? 0),
    greets: given.greets ?? true,
    answersPings: given.answersPings ?? true,
  };
}

const everyFeature = ['subscribe', 'reauth', 'resume', 'ack', 'batch'] as const;

function readFeatures({ features = everyFeature, log }: RealtimeOptions): readonly Feature[] {
  return log === null ? features.filter((feature) => feature !== 'resume') : features;
}

function readWindow(window: NonNullable<RealtimeOptions['batchWindowMs']>) {
  if (typeof window === 'function') return window;
  if (!isWindow(window)) throw new RangeError(`batchWindowMs must be 0 to ${batchWindowMsMax} ms`);
  return () => window;
}

export const isWindow = (ms: unknown): ms is number =>
  typeof ms === 'number' && ms >= 0 && ms <= batchWindowMsMax;

function readMs(name: string, value: number, least = 1000, most = 600_000): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  const [from, to] = [least, most].map((ms) => ms.toLocaleString('en-US'));
  throw new RangeError(`${name} must be ${from} to ${to} ms`);
}
