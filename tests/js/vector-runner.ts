// The shared cases, run through the package and its WebAssembly module.
//
// Each check gives null where the case holds, else what was seen instead. Knows no test framework
// and no clock: a browser page runs it with its own World.
import type { Connection, ConnectionError, ConnectionOptions, RealtimeEvent } from 'keepline';
import type { FakeWebSocket } from './support/fake-web-socket.js';

export interface World {
  /** A connection with its module loaded, over fake sockets. */
  connect(options: ConnectionOptions): Promise<Connection>;
  /** The socket that was made last; null where there was none. */
  socket(): FakeWebSocket | null;
  now(): number;
  advance(ms: number): Promise<void>;
}

export interface EndpointCase {
  readonly page: string;
  readonly options: ConnectionOptions;
  readonly url?: string;
  readonly environment?: string;
  readonly error?: string;
}

export interface BackoffCase {
  readonly options: NonNullable<ConnectionOptions['backoff']>;
  readonly attempt: number;
  readonly minMs?: number;
  readonly maxMs?: number;
  readonly exhausted?: boolean;
}

export interface ClosePolicyCase {
  readonly code: number;
  readonly reason: string;
  readonly action: 'retry' | 'reauthenticate' | 'stop';
  readonly error?: string;
  readonly hint?: { readonly retryAfterMs: number; readonly spreadMs: number };
  readonly sentInLastSecond?: boolean;
}

export interface FrameCase {
  readonly frame: string;
  readonly event?: {
    readonly type: string;
    readonly seq?: number | null;
    readonly strict: 'valid' | 'invalid';
    readonly path?: string;
  };
  readonly control?: string;
  readonly malformed?: boolean;
}

type Verdict = string | null;

const page = 'https://crm.example.com/';
/** Rounding of sums of wall-clock times. */
const tolerance = 1e-3;

function expectSame(what: string, seen: unknown, wanted: unknown): Verdict {
  return seen === wanted ? null : `${what}: ${String(seen)}, not ${String(wanted)}`;
}

function firstOf(...verdicts: Verdict[]): Verdict {
  return verdicts.find((verdict) => verdict !== null) ?? null;
}

function expectWithin(what: string, seen: number, min: number, max: number): Verdict {
  const within = seen >= min - tolerance && seen <= max + tolerance;
  return within ? null : `${what}: ${seen}, not within [${min}, ${max}]`;
}

function opened(world: World): FakeWebSocket {
  const socket = world.socket();
  if (!socket) throw new Error('nothing was dialled');
  return socket;
}

export async function checkEndpoint(world: World, each: EndpointCase): Promise<Verdict> {
  let connection: Connection;
  try {
    connection = await world.connect({ ...each.options, page: each.page });
  } catch (thrown) {
    // How a path begins can be seen without the core: it is said at once, as of any wrong option.
    const { kind } = thrown as ConnectionError;
    return firstOf(
      expectSame('thrown', kind, 'option_invalid'),
      expectSame('error', 'endpoint_invalid', each.error),
    );
  }
  const { error, environment } = connection.status();
  const url = world.socket()?.url;
  connection.dispose();
  return each.error === undefined
    ? firstOf(
        expectSame('error', error?.kind, undefined),
        expectSame('url', url, each.url),
        expectSame('environment', environment, each.environment),
      )
    : firstOf(expectSame('error', error?.kind, each.error), expectSame('url', url, undefined));
}

export async function checkBackoff(world: World, each: BackoffCase): Promise<Verdict> {
  const connection = await world.connect({ page, backoff: each.options });
  const waiting = () => connection.status().phase === 'waiting';
  for (let attempt = 1; attempt < each.attempt; attempt += 1) {
    opened(world).drop();
    if (!waiting()) break;
    await world.advance((connection.status().nextRetryAt ?? 0) - world.now() + 1);
  }
  if (connection.status().phase === 'dialling') opened(world).drop();
  const { phase, attempt, nextRetryAt } = connection.status();
  connection.dispose();
  if (each.exhausted) return expectSame('phase', phase, 'suspended');
  return firstOf(
    expectSame('phase', phase, 'waiting'),
    expectSame('attempt', attempt, each.attempt),
    expectWithin('delay', (nextRetryAt ?? 0) - world.now(), each.minMs ?? 0, each.maxMs ?? 0),
  );
}

export async function checkClosePolicy(world: World, each: ClosePolicyCase): Promise<Verdict> {
  const requests: boolean[] = [];
  const connection = await world.connect({
    page,
    getToken: ({ forceRefresh }) => {
      requests.push(forceRefresh);
      return `token-${requests.length}`;
    },
  });
  await world.advance(0);
  opened(world).accept().greet();
  if (each.sentInLastSecond) connection.send('note', 1);
  opened(world).drop(each.code, each.reason);
  const { phase, error, nextRetryAt } = connection.status();
  const delay = (nextRetryAt ?? 0) - world.now();
  await world.advance(1000);
  connection.dispose();
  switch (each.action) {
    case 'stop':
      return firstOf(
        expectSame('phase', phase, 'refused'),
        expectSame('error', error?.kind, each.error),
      );
    case 'reauthenticate':
      return firstOf(
        expectSame('phase', phase, 'waiting'),
        expectWithin('delay', delay, 0, 1000),
        expectSame('forceRefresh', requests[1], true),
      );
    case 'retry': {
      const from = Math.max(each.hint?.retryAfterMs ?? 0, 1000);
      const to = each.hint ? from + each.hint.spreadMs : 1300;
      return firstOf(expectSame('phase', phase, 'waiting'), expectWithin('delay', delay, from, to));
    }
  }
}

/** How a frame travels; both must mean the same. */
export type Carrier = 'text' | 'binary';

export async function checkFrame(
  world: World,
  each: FrameCase,
  validate: 'off' | 'strict',
  carrier: Carrier,
): Promise<Verdict> {
  const connection = await world.connect({ page, validate });
  const socket = opened(world).accept().greet();
  const events: RealtimeEvent[] = [];
  connection.subscribe('*', (event) => events.push(event));
  const before = connection.metrics();
  if (carrier === 'text') socket.deliver(each.frame);
  else socket.deliverBinary(new TextEncoder().encode(each.frame));
  const after = connection.metrics();
  const { invalid } = connection.diagnostics();
  const state = connection.status().state;
  connection.dispose();
  const rejected = validate === 'strict' && each.event?.strict === 'invalid';
  const path = each.event?.path ?? '';
  return firstOf(
    expectSame('state', state, 'connected'),
    expectSame('malformed', after.malformed - before.malformed, each.malformed ? 1 : 0),
    expectSame('invalid', after.invalid - before.invalid, rejected ? 1 : 0),
    expectSame(
      'path',
      !rejected || invalid.some((line) => line.includes(`: ${path}, expected `)),
      true,
    ),
    expectSame('events', events.length, each.event && !rejected ? 1 : 0),
    expectSame('type', events[0]?.type, rejected ? undefined : each.event?.type),
    expectSame('seq', events[0]?.seq ?? null, (!rejected && each.event?.seq) || null),
  );
}
