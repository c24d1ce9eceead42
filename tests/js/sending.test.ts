import { SendError, type SendErrorKind } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import { sendOutcomes } from '../../js-bindings/dist/generated/status.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { advance, connect, connectLive, start, useWorld, whenLoaded } from './support/world.js';

/** How a promise of send() ended. */
const outcome = (sent: Promise<unknown>) =>
  sent.then(
    () => 'sent',
    (error) => (error instanceof SendError ? error.kind : String(error)),
  );

describe('sending', () => {
  useWorld();

  it('what was not sent says what happened, and apart from that what to do', async () => {
    const connection = await connectLive();
    const reason: unknown = await connection.send('', 1).catch((error: unknown) => error);
    expect(reason).toBeInstanceOf(SendError);
    // What to do is loaded with the first error.
    await expect.poll(() => (reason as SendError).remedy).not.toBe('');
    expect(JSON.parse(JSON.stringify(reason))).toEqual({
      kind: 'not_serialisable',
      message: expect.stringMatching(/^The message cannot be written as JSON\. \(.+\)$/),
      remedy: expect.stringMatching(/^Send a type of 1 to 64 bytes/),
    });
  });

  it('every outcome of the core but success is told in words of its own', () => {
    const successes: readonly string[] = ['sent', 'done', 'repeated'];
    const messages = sendOutcomes.map((outcome) => new SendError(outcome as SendErrorKind).message);
    for (const [at, outcome] of sendOutcomes.entries()) {
      expect(messages[at] !== '', outcome).toBe(!successes.includes(outcome));
    }
    expect(new Set(messages).size).toBe(sendOutcomes.length - successes.length + 1);
  });

  it('resolves with the time when the frame was handed to the socket', async () => {
    const connection = await connectLive();
    await expect(connection.send('note', { a: 1 }, { id: 'i' })).resolves.toEqual({
      sentAt: Date.now(),
    });
    expect(FakeWebSocket.last.frames.at(-1)).toEqual({
      type: 'note',
      id: 'i',
      ts: Date.now(),
      data: { a: 1 },
    });
  });

  it('what was sent before the link was usable goes once, in order, when it is', async () => {
    const connection = start();
    const early = connection.send('first');
    await whenLoaded(connection);
    const later = connection.send('second');
    FakeWebSocket.last.accept().greet();
    await Promise.all([early, later]);
    // The ping asks a link that has said nothing yet whether anybody is there.
    expect(FakeWebSocket.last.frames).toMatchObject([
      { type: 'first' },
      { type: 'second' },
      { type: 'ping' },
    ]);
  });

  it.each([
    ['BigInt', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    [
      'a toJSON that throws',
      {
        toJSON() {
          throw new Error('no');
        },
      },
    ],
  ])('%s cannot be serialised', async (_, data) => {
    const connection = await connectLive();
    expect(await outcome(connection.send('note', data))).toBe('not_serialisable');
    expect(await outcome(connection.send('note', 1))).toBe('sent');
  });

  it('a cycle cannot be serialised, and the connection is as it was', async () => {
    const connection = await connectLive();
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(await outcome(connection.send('note', cycle))).toBe('not_serialisable');
    expect(connection.status().state).toBe('connected');
    expect(connection.metrics().queued.messages).toBe(0);
  });

  it('a type of the protocol is rejected where the server speaks that, also when it waited', async () => {
    const connection = await connect({ getToken: () => 'a.b.c' });
    const early = outcome(connection.send('subscribe', { events: ['*'] }));
    FakeWebSocket.last.accept().greet();
    expect(await early).toBe('reserved_type');
    expect(await outcome(connection.send('error', {}))).toBe('reserved_type');
    expect(await outcome(connection.send('errors', {}))).toBe('sent');
    await expect(connection.send('ping')).rejects.toThrow(/word of the protocol/);
    expect(FakeWebSocket.last.sent.join()).not.toContain('subscribe');
  });

  it('what is too large for either bound is told the names of both', async () => {
    const connection = await connectLive({ maxMessageBytes: 100, queue: { maxBytes: 50_000 } });
    await expect(connection.send('a', 'x'.repeat(200))).rejects.toThrow(
      /`maxMessageBytes`.*`queue.maxBytes`/,
    );
  });

  it.each(['', 'x'.repeat(65), 7])('%j is no type', async (type) => {
    const connection = await connectLive();
    expect(await outcome(connection.send(type as string))).toBe('not_serialisable');
  });

  it('a message whose text would end a C string arrives whole', async () => {
    const connection = await connectLive();
    await connection.send('note', 'a\0b');
    expect(FakeWebSocket.last.frames.at(-1)).toMatchObject({ data: 'a\0b' });
  });

  it('a queue takes so many messages and no more', async () => {
    const connection = await connect({ queue: { maxMessages: 2 } });
    connection.send('a');
    connection.send('b');
    expect(await outcome(connection.send('c'))).toBe('queue_full');
    expect(connection.metrics().queued.messages).toBe(2);
  });

  it('a queue that drops its oldest rejects that one', async () => {
    const connection = await connect({ queue: { maxMessages: 1, overflow: 'drop-oldest' } });
    const oldest = outcome(connection.send('a'));
    const newest = outcome(connection.send('b'));
    expect(await oldest).toBe('queue_full');
    FakeWebSocket.last.accept().greet();
    expect(await newest).toBe('sent');
  });

  it('messages expire, also while the module is on its way', async () => {
    const connection = await connect();
    const queued = outcome(connection.send('a', 1, { ttlMs: 5000 }));
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    const loading = start({
      wasmBinary: undefined,
      wasmUrl: 'https://cdn.example/slow.wasm',
    } as never);
    const early = outcome(loading.send('a', 1, { ttlMs: 5000 }));
    await advance(5001);
    expect(await queued).toBe('expired');
    expect(await early).toBe('expired');
  });

  it('a message that is too big is refused before it is queued', async () => {
    const connection = await connect({ queue: { maxBytes: 100 }, maxMessageBytes: 1000 });
    expect(await outcome(connection.send('a', 'x'.repeat(150)))).toBe('too_big');
    expect(await outcome(connection.send('a', 'x'.repeat(1001)))).toBe('too_big');
    expect(await outcome(start().send('a', 'x'.repeat(300_000)))).toBe('too_big');
  });

  it('disconnect, a new identity and dispose each say why nothing was sent', async () => {
    const connection = await connect();
    const first = outcome(connection.send('a'));
    connection.disconnect();
    expect(await first).toBe('disconnected');
    expect(await outcome(connection.send('a'))).toBe('disconnected');
    connection.connect();
    const second = outcome(connection.send('a'));
    connection.setIdentity('other');
    expect(await second).toBe('identity_changed');
    const third = outcome(connection.send('a'));
    connection.dispose();
    expect(await third).toBe('disconnected');
    expect(await outcome(connection.send('a'))).toBe('disconnected');
  });

  it('a send whose outcome nobody looks at is no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.once('unhandledRejection', unhandled);
    const connection = await connectLive();
    connection.send('note', 1n);
    await advance(0);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('waits while the browser holds back more than 64 KiB, and counts what was lost with a link', async () => {
    const connection = await connectLive();
    const socket = FakeWebSocket.last;
    const before = socket.sent.length;
    socket.bufferedAmount = 60_000;
    connection.send('a', 'x'.repeat(60_000));
    const waiting = outcome(connection.send('b', 'x'.repeat(10_000)));
    expect(socket.sent).toHaveLength(before + 1);
    socket.bufferedAmount = 1000;
    await advance(60);
    expect(await waiting).toBe('sent');
    socket.bufferedAmount = 700;
    connection.reconnect();
    expect(connection.metrics().unconfirmed).toBe(700);
  });

  it('what went out just before a link died is not counted as lost with it', async () => {
    const connection = await connectLive();
    const socket = FakeWebSocket.last;
    socket.bufferedAmount = 1000;
    connection.send('a', 'x'.repeat(900));
    socket.bufferedAmount = 0;
    socket.drop();
    expect(connection.status().phase).toBe('waiting');
    expect(connection.metrics().unconfirmed).toBe(0);
  });
});
