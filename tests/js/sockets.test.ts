import { describe, expect, it, vi } from 'vitest';
import { setupPageSignals } from '../../js-bindings/dist/client/page-signals.js';
import {
  frozenSignal,
  hiddenSignal,
  resumedSignal,
  visibleSignal,
} from '../../js-bindings/dist/generated/status.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import {
  advance,
  connect,
  connectLive,
  lines,
  settle,
  signals,
  start,
  useWorld,
} from './support/world.js';

const safari =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/17.4 Safari/605.1.15';

describe('sockets', () => {
  useWorld();

  it('a dial that is no longer wanted is closed at once, also while it is connecting', async () => {
    const connection = await connect();
    const dial = FakeWebSocket.last;
    await advance(1000);
    connection.reconnect();
    expect(dial.closeCalls).toHaveLength(1);
    expect(FakeWebSocket.made).toHaveLength(2);
    expect(FakeWebSocket.attended).toEqual([FakeWebSocket.last]);
  });

  it('on Safari it runs on to open, unattended, and is closed then', async () => {
    vi.stubGlobal('navigator', { userAgent: safari });
    const connection = await connect();
    const dial = FakeWebSocket.last;
    connection.disconnect();
    expect(dial.closeCalls).toEqual([]);
    dial.accept();
    expect(dial.closeCalls).toMatchObject([{ code: 1000 }]);
    expect(connection.status().phase).toBe('closed');
  });

  it('on Safari it runs on for 15 s at most', async () => {
    vi.stubGlobal('navigator', { userAgent: safari });
    const connection = await connect();
    connection.dispose();
    await advance(15_000);
    expect(FakeWebSocket.last.closeCalls).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['Safari 15.0', safari.replace('17.4', '15.0')],
    ['Chrome', safari.replace('Version/17.4', 'Chrome/131.0.0.0')],
  ])('on %s it is closed at once', async (_, userAgent) => {
    vi.stubGlobal('navigator', { userAgent });
    const connection = await connect();
    connection.disconnect();
    expect(FakeWebSocket.last.closeCalls).toHaveLength(1);
  });

  it('a late event of a socket that was let go is ignored', async () => {
    const connection = await connectLive();
    const old = FakeWebSocket.last;
    const late = { open: old.onopen, close: old.onclose };
    await advance(1000);
    connection.reconnect();
    FakeWebSocket.last.accept().greet();
    expect(old.onclose).toBeNull();
    expect(late.close).not.toBeNull();
    expect(connection.status().state).toBe('connected');
  });

  it('an error without a close is a failed dial, told in the next task', async () => {
    const connection = await connect();
    FakeWebSocket.last.block();
    expect(connection.status().phase).toBe('dialling');
    await advance(0);
    expect(connection.status()).toMatchObject({ phase: 'waiting', attempt: 1 });
    expect(connection.status().error).toMatchObject({ kind: 'network', code: 1006 });
  });

  it.each(['wss://crm.example.com/ws', 'wss'])(
    'a policy violation that names %s makes it endpoint_blocked',
    async (uri) => {
      const connection = await connect();
      FakeWebSocket.last.block();
      await advance(0);
      signals.blocked(uri);
      expect(connection.status()).toMatchObject({ phase: 'refused', reason: 'refused' });
      expect(connection.status().error?.kind).toBe('endpoint_blocked');
    },
  );

  it.each(['https://crm.example.com/ws', 'wss://other.example/ws', 'ws', ''])(
    'a policy violation that names %j is not about us',
    async (uri) => {
      const connection = await connect();
      signals.blocked(uri);
      expect(connection.status().phase).toBe('dialling');
    },
  );

  it.each([
    ['a policy of the page', new DOMException('insecure', 'SecurityError'), 'endpoint_blocked'],
    ['connect-src, as Firefox does', { name: 'NS_ERROR_CONTENT_BLOCKED' }, 'endpoint_blocked'],
    ['an address it does not take', new DOMException('url', 'SyntaxError'), 'endpoint_invalid'],
  ])('a constructor that throws for %s is not asked again', async (_, thrown, kind) => {
    FakeWebSocket.throws(thrown);
    const connection = await connect();
    expect(connection.status()).toMatchObject({ phase: 'refused', error: { kind } });
    FakeWebSocket.reset();
    await advance(600_000);
    expect(FakeWebSocket.made).toEqual([]);
  });

  it.each([
    ['a TypeError', new TypeError('wss://crm.example.com/ws?ticket=secret'), 'TypeError'],
    ['one of its own', Object.assign(new Error(), { name: 'Odd\n' }), 'Odd\\u000a'],
    ['no error', { name: 'NS_ERROR_FAILURE' }, 'NS_ERROR_FAILURE'],
    ['something without a text for a name', { name: 7 }, '7'],
    ['a text', 'odd', 'Error'],
    ['nothing', undefined, 'Error'],
  ])(
    'a constructor that throws %s fails the dial, by name, and is asked again',
    async (_, thrown, name) => {
      const connection = await connectLive();
      FakeWebSocket.last.drop(1006);
      FakeWebSocket.throws(thrown);
      await advance(20_000);
      const { error, attempt } = connection.status();
      expect(error).toMatchObject({ kind: 'network' });
      expect(error?.detail).toBe(name);
      expect(attempt).toBeGreaterThan(2);
      expect(lines.filter((line) => line.includes('new WebSocket() threw'))).toHaveLength(1);
      expect(lines.join()).not.toContain('secret');
      FakeWebSocket.reset();
      while (FakeWebSocket.made.length === 0) await advance(1000);
      FakeWebSocket.last.accept().greet();
      expect(connection.status().state).toBe('connected');
    },
  );

  it('a socket whose send throws is replaced, and one whose close throws is let go', async () => {
    const connection = await connectLive();
    const broken = FakeWebSocket.last;
    const fail = () => {
      throw new Error('broken');
    };
    broken.send = fail;
    broken.close = fail;
    await connection.send('note');
    await advance(0);
    expect(connection.status()).toMatchObject({ phase: 'waiting', error: { kind: 'network' } });
    expect(FakeWebSocket.attended).toEqual([]);
    await advance(2000);
    FakeWebSocket.last.accept().greet();
    FakeWebSocket.last.close = fail;
    connection.disconnect();
    expect(connection.status().phase).toBe('closed');
  });

  it('are made by the WebSocket that was given, in place of the global one', async () => {
    class Own extends FakeWebSocket {}
    vi.stubGlobal('WebSocket', undefined);
    const connection = await connectLive({ WebSocket: Own });
    expect(FakeWebSocket.last).toBeInstanceOf(Own);
    expect(connection.status().state).toBe('connected');
    expect(connection.diagnostics().options).toMatchObject({ WebSocket: 'a function' });
  });

  it('without any WebSocket there is no connection, and it says so', async () => {
    vi.stubGlobal('WebSocket', undefined);
    const connection = start();
    await settle();
    await settle();
    expect(lines.join()).toContain('there is no WebSocket here');
    expect(connection.status().phase).toBe('loading');
  });

  it('with one of its own the page runs the module that was meant for a worker, and says why', async () => {
    const made = vi.fn();
    vi.stubGlobal('Worker', made);
    const connection = await connectLive({ WebSocket: FakeWebSocket, host: 'worker' });
    expect(made).not.toHaveBeenCalled();
    expect(connection.diagnostics().host).toEqual({
      asked: 'worker',
      runsIn: 'page',
      why: 'a WebSocket of your own cannot cross to a worker',
    });
  });

  it('a thousand reconnects keep one socket', async () => {
    const connection = await connect({
      backoff: { maxAttempts: 10_000, initialMs: 100, maxMs: 100 },
    });
    for (let count = 0; count < 1000; count += 1) {
      FakeWebSocket.last.accept().drop(1011);
      await advance(101);
    }
    expect(FakeWebSocket.made).toHaveLength(1001);
    expect(FakeWebSocket.attended).toEqual([FakeWebSocket.last]);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    expect(connection.metrics().dials).toBe(1001);
  });

  it('a thousand frames a second keep one timer', async () => {
    const connection = await connectLive();
    connection.subscribe('*', () => undefined);
    const set = vi.spyOn(globalThis, 'setTimeout');
    for (let count = 0; count < 1000; count += 1) FakeWebSocket.last.deliver({ type: 'a' });
    expect(set.mock.calls.length).toBeLessThanOrEqual(1);
    set.mockRestore();
  });

  it('reasons of the server reach the error, escaped and cut', async () => {
    const connection = await connectLive();
    FakeWebSocket.last.drop(4403, `no\u202eentry\n${'x '.repeat(50)}`);
    const { message = '' } = connection.status().error ?? {};
    expect(message).toContain('no\\u202Eentry'.slice(0, 2));
    expect(message).not.toMatch(/[\u202e\n]/);
  });
});

describe('page signals', () => {
  useWorld();

  /** A page whose events are the test's. */
  function stubPage() {
    const page = new EventTarget();
    const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    vi.stubGlobal('addEventListener', undefined);
    vi.stubGlobal('document', document);
    return { page, document };
  }

  it('of a document are told by number', () => {
    const { document } = stubPage();
    const seen: number[] = [];
    const stop = setupPageSignals({
      signal: (signal) => seen.push(signal),
      blocked: () => undefined,
    });
    document.dispatchEvent(new Event('freeze'));
    document.dispatchEvent(new Event('resume'));
    document.dispatchEvent(new Event('visibilitychange'));
    document.visibilityState = 'hidden';
    document.dispatchEvent(new Event('visibilitychange'));
    stop();
    document.dispatchEvent(new Event('freeze'));
    expect(seen).toEqual([frozenSignal, resumedSignal, visibleSignal, hiddenSignal]);
  });

  it('are none in Node', () => {
    const signal = vi.fn();
    expect(() => setupPageSignals({ signal, blocked: vi.fn() })()).not.toThrow();
  });
});
