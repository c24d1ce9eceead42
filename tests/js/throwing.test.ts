// The application's own functions, each of which throws: the connection, the other handlers and what
// comes later must not notice.
import type { Connection, ConnectionOptions, RealtimeEvent, TokenRequest } from 'keepline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { uncaught, useUncaught } from './support/uncaught.js';
import { WorkerByHand } from './support/worker-by-hand.js';
import { advance, settle, start, useWorld } from './support/world.js';

let thrown = 0;
const mine = new Error('mine');
/** Until the test is over: what a connection tells at its end is nobody's concern here. */
let armed = true;
function useArmed(): void {
  beforeEach(() => {
    armed = true;
  });
  afterEach(() => {
    armed = false;
  });
}
const boom = (): never => {
  if (!armed) return undefined as never;
  thrown += 1;
  throw mine;
};
/** Throws at first, where nothing could go on without an answer. */
const boomAtFirst =
  <Answer>(answer: Answer) =>
  () =>
    thrown === 0 ? boom() : answer;

/** A first request that is given up, to whose signal somebody listens. */
const givenUp =
  (listen: (signal: AbortSignal) => void) =>
  ({ signal }: TokenRequest) => {
    if (thrown > 0) return 'abc';
    listen(signal);
    return new Promise<string>(() => undefined);
  };

interface Row {
  readonly options?: () => ConnectionOptions;
  readonly install?: (connection: Connection) => void;
  /** What it throws is told as the status's error, where it may not be quoted or is a rejection. */
  readonly toldByStatus?: true;
}

const rows: Readonly<Record<string, Row>> = {
  log: { options: () => ({ log: boom, logLevel: 'debug' }) },
  getToken: { options: () => ({ getToken: boomAtFirst('abc') }), toldByStatus: true },
  'subprotocols, for a token': {
    options: () => ({ getToken: () => 'abc', subprotocols: boomAtFirst(['v1']) }),
    toldByStatus: true,
  },
  'a listener of the token request’s signal': {
    options: () => ({ getToken: givenUp((signal) => signal.addEventListener('abort', boom)) }),
  },
  'the token request’s signal.onabort': {
    options: () => ({
      getToken: givenUp((signal) => {
        signal.onabort = boom;
      }),
    }),
  },
  onStatus: { install: (connection) => connection.onStatus(boom) },
  onMetrics: { install: (connection) => connection.onMetrics(boom) },
  onReconnected: { install: (connection) => connection.onReconnected(boom) },
  onIdentityChanged: { install: (connection) => connection.onIdentityChanged(boom) },
  'a handler': { install: (connection) => connection.subscribe('tick', boom) },
  'a handler of a prefix': { install: (connection) => connection.subscribe('ti*', boom) },
  'a handler of batches': {
    install: (connection) => connection.subscribe('tick', boom, { batch: 'frame' }),
  },
  coalesceBy: {
    install: (connection) =>
      connection.subscribe('tick', () => undefined, { batch: 'frame', coalesceBy: boom }),
  },
};

/** Listens to all there is, and plays what a connection lives through. */
async function live(connection: Connection) {
  const seen = {
    states: [] as string[],
    ticks: [] as unknown[],
    batches: [] as unknown[],
    reconnected: 0,
    identityChanged: 0,
    metrics: 0,
  };
  const step = async (ms: number) => {
    await advance(ms);
    for (let crossing = 0; crossing < 4; crossing += 1) await settle();
  };
  // Longer than a token may take, and than the wait after it failed.
  const whenDialled = async (times: number) => {
    await step(0);
    for (let second = 0; second < 60 && FakeWebSocket.made.length < times; second += 1) {
      await step(1000);
    }
  };
  connection.subscribe('tick', ({ data }) => seen.ticks.push(data));
  connection.subscribe(
    'tick',
    (events: readonly RealtimeEvent[]) => {
      seen.batches.push(events.map(({ data }) => data));
    },
    { batch: 'frame' },
  );
  connection.onReconnected(() => {
    seen.reconnected += 1;
  });
  connection.onIdentityChanged(() => {
    seen.identityChanged += 1;
  });
  connection.onMetrics(() => {
    seen.metrics += 1;
  });
  connection.onStatus(({ state }) => {
    if (state !== seen.states.at(-1)) seen.states.push(state);
  });
  await whenDialled(1);
  const play = async (frames: readonly object[]) => {
    for (const frame of frames) {
      FakeWebSocket.last.deliver(frame);
      await step(300);
    }
  };
  FakeWebSocket.last.accept().greet();
  await play([
    { type: 'tick', data: 1 },
    { type: 'tick', data: 2 },
  ]);
  FakeWebSocket.last.greet({ userId: 'another' });
  await step(1000);
  FakeWebSocket.last.drop();
  await whenDialled(2);
  FakeWebSocket.last.accept().greet({ userId: 'another' });
  await play([{ type: 'tick', data: 3 }]);
  return seen;
}

const reporters: Readonly<Record<string, () => unknown>> = {
  'a page that reports errors': () => (error: unknown) => uncaught.push(error),
  'a page whose reportError throws too': () => (error: unknown) => {
    throw error;
  },
  'a page without reportError': () => undefined,
};

for (const host of ['page', 'worker'] as const) {
  describe.each(Object.entries(reporters))(`in the ${host}, in %s`, (_, reportError) => {
    useWorld();
    useUncaught();
    useArmed();
    beforeEach(() => {
      thrown = 0;
      vi.stubGlobal('Worker', WorkerByHand);
      vi.stubGlobal('reportError', reportError());
    });

    it.each(Object.entries(rows))('%s may throw', async (name, row) => {
      const connection = start({ host, tokenTimeoutMs: 1000, ...row.options?.() });
      row.install?.(connection);
      const seen = await live(connection);
      expect(seen).toEqual({
        states: ['connecting', 'connected', 'reconnecting', 'connected'],
        ticks: [1, 2, 3],
        batches: [[1], [2], [3]],
        reconnected: 1,
        identityChanged: 1,
        metrics: expect.any(Number),
      });
      expect(seen.metrics).toBeGreaterThan(1);
      expect(connection.diagnostics().host.runsIn).toBe(host);
      expect(thrown, name).toBeGreaterThan(0);
      expect(uncaught).toEqual(row.toldByStatus ? [] : Array(thrown).fill(mine));
    });
  });
}

describe('a log sink that throws', () => {
  useWorld();
  useUncaught();
  useArmed();

  it('hides no failure to load, and no way to try again', async () => {
    vi.stubGlobal('reportError', (error: unknown) => uncaught.push(error));
    thrown = 0;
    vi.stubGlobal('fetch', () => Promise.reject(new Error('offline')));
    const wasmUrl = 'https://cdn.example/throwing.wasm';
    const connection = start({ log: boom, wasmBinary: undefined as never, wasmUrl });
    await vi.waitUntil(() => connection.status().error);
    await settle();
    expect(connection.status()).toMatchObject({
      error: { kind: 'wasm_unavailable' },
      canRetry: true,
    });
    expect(uncaught).toEqual([mine]);
  });
});
