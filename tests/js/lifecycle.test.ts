import type { Connection, ConnectionOptions, Status } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import { noMetrics } from '../../js-bindings/dist/engine/figures.js';
import { pageHiddenSignal, pageShownSignal } from '../../js-bindings/dist/generated/status.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import {
  advance,
  connect,
  connectLive,
  lines,
  page,
  settle,
  signals,
  start,
  useWorld,
  whenLoaded,
} from './support/world.js';

const told = (connection: Connection, tell: (connection: Connection) => void): Connection => {
  tell(connection);
  return connection;
};

/** Beyond the first word of its loading. */
async function started(options: ConnectionOptions): Promise<Connection> {
  const connection = start(options);
  await vi.waitUntil(() => connection.status().error);
  return connection;
}

async function usedUp(): Promise<Connection> {
  const connection = await connect({ backoff: { maxAttempts: 1, slowProbeMs: 0 } });
  for (let dial = 0; dial < 2; dial += 1) {
    FakeWebSocket.last.drop();
    await advance(2000);
  }
  return connection;
}

describe('a connection', () => {
  useWorld();

  // As Emscripten calls a list of its own in some releases.
  it('is live on a page that has a `webSockets` of its own', async () => {
    vi.stubGlobal('webSockets', new Map());
    const connection = await connectLive();
    connection.disconnect();
    await settle();
    expect(connection.status().phase).toBe('closed');
    expect(FakeWebSocket.last.readyState).not.toBe(FakeWebSocket.OPEN);
  });

  it('connects by itself, and not when told not to', async () => {
    expect((await connect()).status().phase).toBe('dialling');
    const other = await connect({ autoConnect: false });
    expect(other.status()).toMatchObject({ phase: 'idle', state: 'disconnected' });
    other.connect();
    expect(other.status().phase).toBe('dialling');
  });

  it('never shows idle between loading and its first dial', async () => {
    const connection = start();
    const phases: string[] = [connection.status().phase];
    connection.onStatus(({ phase }) => phases.push(phase));
    await whenLoaded(connection);
    expect(phases).toEqual(['loading', 'dialling']);
  });

  type Word = 'connect' | 'disconnect' | 'reconnect' | 'sign in' | 'sign in anew' | 'sign out';
  const words: Readonly<Record<Word, (connection: Connection) => void>> = {
    connect: ({ connect }) => connect(),
    disconnect: ({ disconnect }) => disconnect(),
    reconnect: ({ reconnect }) => reconnect(),
    'sign in': ({ setIdentity }) => setIdentity('u2'),
    'sign in anew': ({ setIdentity }) => setIdentity('u3'),
    'sign out': ({ setIdentity }) => setIdentity(null),
  };

  it.each<[readonly Word[], string, number]>([
    [['connect', 'disconnect'], 'closed', 0],
    [['disconnect', 'connect'], 'dialling', 1],
    [['disconnect', 'reconnect'], 'dialling', 1],
    [['disconnect', 'sign in'], 'dialling', 1],
    [['sign in', 'disconnect'], 'closed', 0],
    [['connect', 'sign out'], 'idle', 0],
    [['sign out', 'sign in anew'], 'dialling', 1],
    [[], 'idle', 0],
  ])('before the module is there the last word counts: %s', async (said, phase, dials) => {
    const connection = start({ autoConnect: false });
    for (let again = 0; again < 300; again += 1) {
      for (const word of said) words[word](connection);
    }
    await whenLoaded(connection);
    await settle();
    expect(connection.status().phase).toBe(phase);
    expect(FakeWebSocket.made).toHaveLength(dials);
  });

  it('gives the same status object until something in it changes', async () => {
    const connection = await connectLive();
    const status = connection.status();
    FakeWebSocket.last.deliver({ type: 'a' });
    await advance(1000);
    expect(connection.status()).toBe(status);
    expect(Object.isFrozen(status)).toBe(true);
    FakeWebSocket.last.drop();
    expect(connection.status()).not.toBe(status);
  });

  it('keeps the same error object while the error is the same', async () => {
    const connection = await connect();
    FakeWebSocket.last.drop();
    const { error } = connection.status();
    await advance(1500);
    expect(connection.status().phase).toBe('dialling');
    expect(connection.status().error).toBe(error);
  });

  it('says where and since when', async () => {
    const connection = await connectLive({ url: 'wss://rt.example.com/ws?key=1' });
    expect(connection.status()).toMatchObject({
      state: 'connected',
      phase: 'ready',
      reason: null,
      attempt: 0,
      maxAttempts: 10,
      nextRetryAt: null,
      since: Date.now(),
      error: null,
      canRetry: true,
      endpoint: 'wss://rt.example.com/ws',
      environment: 'production',
      unproven: false,
      delivery: null,
    } satisfies Status);
  });

  it('tells of a reconnection how long it was down', async () => {
    const connection = await connectLive();
    const seen = vi.fn();
    connection.onReconnected(seen);
    FakeWebSocket.last.drop();
    await advance(1500);
    FakeWebSocket.last.accept().greet();
    expect(seen).toHaveBeenCalledExactlyOnceWith({
      downMs: 1500,
      identityChanged: false,
      missed: 'unknown',
    });
  });

  it('tells of another identity before anything of it is delivered', async () => {
    const connection = await connectLive();
    const seen: string[] = [];
    connection.onIdentityChanged(() => seen.push('identity'));
    connection.subscribe('connected', () => seen.push('connected'));
    FakeWebSocket.last.greet({ userId: 'u2' });
    expect(seen).toEqual(['identity', 'connected']);
  });

  it('starts signed out with the identity null', async () => {
    const connection = await connect({ identity: null, autoConnect: false });
    expect(connection.status()).toMatchObject({ phase: 'idle', reason: 'signed_out' });
    connection.setIdentity('u1');
    expect(connection.status().phase).toBe('dialling');
    expect(() => connection.setIdentity(7 as never)).toThrow(/identity must be/);
  });

  it('commands that listeners give take effect in order, without re-entering', async () => {
    const connection = await connect();
    const phases: string[] = [];
    connection.onStatus(({ phase }) => {
      phases.push(phase);
      if (phase === 'ready') connection.disconnect();
      if (phase === 'closed' && phases.length < 4) connection.connect();
    });
    FakeWebSocket.last.accept().greet();
    expect(phases).toEqual(['ready', 'closed', 'dialling']);
  });

  it('one listener that throws does not keep status from the others', async () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const connection = await connect();
    const seen = vi.fn();
    connection.onStatus(() => {
      throw new Error('mine');
    });
    connection.onStatus(seen);
    FakeWebSocket.last.accept().greet();
    expect(seen).toHaveBeenCalled();
    expect(reported).toHaveBeenCalled();
  });

  it('ready() resolves with the usable link, and rejects when refused or disposed of', async () => {
    const connection = await connect();
    const ready = connection.ready();
    FakeWebSocket.last.accept().greet();
    await expect(ready).resolves.toMatchObject({ phase: 'ready' });
    await expect(connection.ready()).resolves.toMatchObject({ phase: 'ready' });
    FakeWebSocket.last.drop(4403);
    await expect(connection.ready()).rejects.toMatchObject({ kind: 'forbidden' });
    const other = start();
    const never = other.ready();
    other.dispose();
    await expect(never).rejects.toMatchObject({ kind: 'disconnected' });
    await expect(other.ready()).rejects.toMatchObject({ kind: 'disconnected' });
  });

  it.each<[string, () => Promise<Connection>, string]>([
    ['nobody asked for a link', () => connect({ autoConnect: false }), 'disconnected'],
    ['nobody is signed in', () => connect({ identity: null }), 'disconnected'],
    [
      'the link was ended',
      async () => told(await connectLive(), (c) => c.disconnect()),
      'disconnected',
    ],
    [
      'the core refuses an option',
      () => started({ subprotocols: () => ['a', 'a'] }),
      'option_invalid',
    ],
    [
      'the module can never be had',
      () => started({ wasmBinary: new Uint8Array(3) }),
      'wasm_unavailable',
    ],
    ['attempts are used up', () => usedUp(), 'exhausted'],
  ])('ready() rejects where %s', async (_, make, kind) => {
    await expect((await make()).ready()).rejects.toMatchObject({ kind });
  });

  it('ready() waits as long as it is told to, and as its signal says', async () => {
    const connection = await connect();
    const late = connection.ready({ timeoutMs: 500 });
    const patient = connection.ready({ timeoutMs: Number.POSITIVE_INFINITY });
    const reason = new Error('mine');
    const controller = new AbortController();
    const aborted = connection.ready({ signal: controller.signal });
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await expect(connection.ready({ signal: controller.signal })).rejects.toBe(reason);
    await advance(500);
    await expect(late).rejects.toMatchObject({ kind: 'connect_timeout' });
    const usable = connection.ready({ timeoutMs: 500, signal: new AbortController().signal });
    FakeWebSocket.last.accept().greet();
    await expect(usable).resolves.toMatchObject({ phase: 'ready' });
    await expect(patient).resolves.toMatchObject({ phase: 'ready' });
  });

  it('metrics have the same members before and after loading', async () => {
    const members = (value: object): string[] =>
      Object.entries(value).flatMap(([name, inner]) =>
        inner && typeof inner === 'object' ? [name, ...members(inner)] : [name],
      );
    const connection = start();
    expect(connection.metrics()).toEqual(noMetrics);
    await whenLoaded(connection);
    expect(members(connection.metrics()).sort()).toEqual(members(noMetrics).sort());
  });

  it('onMetrics comes once a second, and only while somebody listens', async () => {
    const connection = await connectLive({ heartbeat: { format: 'off' } });
    const timers = vi.getTimerCount();
    const seen = vi.fn();
    const off = connection.onMetrics(seen);
    const offToo = connection.onMetrics(vi.fn());
    await advance(3000);
    expect(seen).toHaveBeenCalledTimes(3);
    off();
    offToo();
    expect(vi.getTimerCount()).toBeLessThanOrEqual(timers);
  });

  it('counts waits by their cause', async () => {
    const connection = await connect();
    FakeWebSocket.last.drop();
    expect(connection.metrics().retries).toEqual({ network: 1 });
  });

  it('page signals reach the core', async () => {
    const connection = await connectLive();
    signals.signal(pageHiddenSignal);
    expect(connection.status()).toMatchObject({ phase: 'paused', reason: 'page_hidden' });
    await advance(1000);
    signals.signal(pageShownSignal);
    expect(connection.status().phase).toBe('dialling');
  });

  it('diagnostics are plain JSON, without functions, queries or identities', async () => {
    const connection = await connect({
      identity: 'user-4711',
      getToken: () => 'abc',
      url: 'wss://rt.example.com/ws?ticket=4712',
    });
    FakeWebSocket.last.drop(1006, 'gone');
    const diagnostics = connection.diagnostics();
    expect(JSON.parse(JSON.stringify(diagnostics)).transitions).toMatchObject([
      { from: 'idle', to: 'authenticating', trigger: 'connect' },
      { from: 'authenticating', to: 'dialling', trigger: 'token received' },
      { from: 'dialling', to: 'waiting', trigger: 'link lost', attempt: 1 },
    ]);
    expect(diagnostics.options).toMatchObject({ getToken: 'a function', identity: 'given', page });
    expect(JSON.stringify(diagnostics)).not.toMatch(/4711|4712/);
  });

  it('two connections live side by side', async () => {
    const one = await connectLive();
    const first = FakeWebSocket.last;
    const two = await connectLive({ path: '/other' });
    const second = FakeWebSocket.last;
    const seen: string[] = [];
    one.subscribe('a', () => seen.push('one'));
    two.subscribe('a', () => seen.push('two'));
    first.deliver({ type: 'a' });
    second.deliver({ type: 'a' });
    one.dispose();
    second.deliver({ type: 'a' });
    expect(seen).toEqual(['one', 'two', 'two']);
    expect(two.status().state).toBe('connected');
  });

  it('logs every transition at info, through the given sink alone', async () => {
    const connection = await connect({ logLevel: 'info' });
    expect(lines).toContainEqual(expect.stringContaining('idle -> dialling'));
    const { length } = lines;
    connection.disconnect();
    expect(lines.length).toBeGreaterThan(length);
  });
});
