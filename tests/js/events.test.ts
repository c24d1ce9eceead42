import type { RealtimeEvent } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { connect, connectLive, settle, start, useWorld, whenLoaded } from './support/world.js';

const call = { type: 'call_update', data: { callId: 'c1', status: 'busy' } };

describe('events', () => {
  useWorld();

  it('a handler gets type, data, seq, id, ts and when it came, whatever the wire calls them', async () => {
    const names = { type: 'event', data: 'payload', seq: 'n', id: 'key', ts: 'at' };
    const connection = await connect({ names });
    const seen: RealtimeEvent[] = [];
    connection.subscribe('call_update', (event) => seen.push(event));
    FakeWebSocket.last.accept().deliver({
      event: 'call_update',
      n: 4,
      key: 'k',
      at: 17.5,
      extra: true,
      payload: { callId: 'c1' },
    });
    expect(seen).toEqual([
      {
        type: 'call_update',
        seq: 4,
        id: 'k',
        ts: 17.5,
        data: { callId: 'c1' },
        receivedAt: Date.now(),
      },
    ]);
  });

  it('members of another form are absent', async () => {
    const connection = await connectLive();
    const seen: RealtimeEvent[] = [];
    connection.subscribe('a', (event) => seen.push(event));
    FakeWebSocket.last
      .deliver('{"type":"a","seq":0,"id":7,"ts":"1"}')
      .deliver(`{"type":"a","seq":1.5,"id":"${'é'.repeat(33)}","ts":1e999}`);
    for (const event of seen) expect(Object.keys(event)).toEqual(['type', 'data', 'receivedAt']);
    expect(seen).toHaveLength(2);
  });

  it('exact types, prefixes and * find their events, in the order of subscription', async () => {
    const connection = await connectLive();
    const seen: string[] = [];
    connection.subscribe('*', () => seen.push('all'));
    connection.subscribe('import_*', () => seen.push('prefix'));
    connection.subscribe('import_progress', () => seen.push('exact'));
    FakeWebSocket.last.deliver({ type: 'import_progress' }).deliver({ type: 'import' });
    expect(seen).toEqual(['all', 'prefix', 'exact', 'all']);
  });

  it('a type nobody wants is dropped before its payload is looked at', async () => {
    const connection = await connectLive();
    connection.subscribe('wanted', () => undefined);
    const parse = vi.spyOn(JSON, 'parse');
    FakeWebSocket.last.deliver('{"type":"unwanted","data":{}}');
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    expect(connection.metrics().dropped).toBe(2); // and the greeting
  });

  it('a frame far larger than its head is delivered whole, also where the type comes last', async () => {
    const connection = await connectLive();
    const seen: unknown[] = [];
    connection.subscribe('big', (event) => seen.push(event.data));
    const text = 'é€😀'.repeat(20_000);
    FakeWebSocket.last
      .deliver({ type: 'big', data: text })
      .deliver({ data: text, type: 'big' })
      .deliverBinary(new TextEncoder().encode(JSON.stringify({ data: text, type: 'big' })));
    expect(seen).toEqual([text, text, text]);
  });

  it('what is over maxMessageBytes is counted and dropped, to the byte', async () => {
    const connection = await connectLive({ maxMessageBytes: 400 });
    let count = 0;
    connection.subscribe('a', () => (count += 1));
    const ofBytes = (bytes: number) => {
      const rest = bytes - '{"type":"a","data":""}'.length;
      return `{"type":"a","data":"${'é'.repeat(rest >> 1)}${'x'.repeat(rest & 1)}"}`;
    };
    FakeWebSocket.last.deliver(ofBytes(400)).deliver(ofBytes(401));
    const bytes = (length: number) => new TextEncoder().encode(ofBytes(length));
    FakeWebSocket.last.deliverBinary(bytes(400)).deliverBinary(bytes(401));
    expect(count).toBe(2);
    expect(connection.metrics().malformed).toBe(2);
  });

  it('a binary frame that is not UTF-8 is malformed, and a byte order mark too', async () => {
    const connection = await connectLive();
    const seen: RealtimeEvent[] = [];
    connection.subscribe('*', (event) => seen.push(event));
    const text = new TextEncoder().encode('{"type":"a","data":"?"}');
    text[text.indexOf('?'.charCodeAt(0))] = 0xff;
    FakeWebSocket.last.deliverBinary(text);
    FakeWebSocket.last.deliverBinary(new TextEncoder().encode('\ufeff{"type":"a"}'));
    expect(seen).toEqual([]);
    expect(connection.metrics().malformed).toBe(2);
    expect(connection.diagnostics().malformed[0]).toMatch(/^not_utf8: /);
    expect(connection.status().state).toBe('connected');
  });

  it('a type that begins with a byte order mark arrives, and is counted, under its whole name', async () => {
    const type = '\ufefftick';
    const connection = await connectLive();
    const seen: string[] = [];
    connection.subscribe(type, (event) => seen.push(event.type));
    FakeWebSocket.last.deliver({ type });
    FakeWebSocket.last.deliverBinary(new TextEncoder().encode(JSON.stringify({ type })));
    expect(seen).toEqual([type, type]);
    expect(connection.metrics()).toMatchObject({ received: { [type]: 2 }, malformed: 0 });
  });

  it('so does one whose name finds no place in the table any more', async () => {
    const connection = await connectLive();
    const seen: string[] = [];
    connection.subscribe('*', (event) => seen.push(event.type));
    for (let n = 0; n < 600; n += 1) FakeWebSocket.last.deliver({ type: `filler${n}` });
    FakeWebSocket.last.deliver({ type: '\ufefftick' }).deliver({ type: 'tock' });
    expect(seen.slice(-2)).toEqual(['\ufefftick', 'tock']);
    expect(connection.metrics().received['tock']).toBeUndefined();
  });

  it('members that the wire names with a byte order mark are found', async () => {
    const connection = await connect({ names: { type: '\ufefft', data: '\ufeffd' } });
    const seen: unknown[] = [];
    connection.subscribe('a', ({ data }) => seen.push(data));
    FakeWebSocket.last.accept().deliver({ '\ufefft': 'a', '\ufeffd': 7 });
    expect(seen).toEqual([7]);
  });

  it('a handler that throws is reported, and the others still run', async () => {
    const reported: unknown[] = [];
    vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
    const connection = await connectLive();
    const seen: string[] = [];
    const failure = new Error('mine');
    connection.subscribe('call_update', () => {
      throw failure;
    });
    connection.subscribe('call_update', () => seen.push('second'));
    FakeWebSocket.last.deliver(call).deliver(call);
    expect(seen).toEqual(['second', 'second']);
    expect(reported).toEqual([failure, failure]);
  });

  it('after unsubscribe returns, that handler is not called again', async () => {
    const connection = await connectLive();
    const seen: string[] = [];
    const off = [
      connection.subscribe('call_update', () => {
        seen.push('first');
        off[1]?.();
      }),
      connection.subscribe('call_update', () => seen.push('second')),
    ];
    FakeWebSocket.last.deliver(call);
    off[0]?.();
    off[0]?.();
    FakeWebSocket.last.deliver(call);
    expect(seen).toEqual(['first']);
  });

  it('a handler subscribed inside a handler hears of the next event', async () => {
    const connection = await connectLive();
    const seen: string[] = [];
    const off = connection.subscribe('call_update', () => {
      off();
      seen.push('outer');
      connection.subscribe('call_update', () => seen.push('inner'));
    });
    FakeWebSocket.last.deliver(call).deliver(call);
    expect(seen).toEqual(['outer', 'inner']);
  });

  it('one function subscribed twice is called twice, and each is undone by itself', async () => {
    const connection = await connectLive();
    const handler = vi.fn();
    const off = connection.subscribe('call_update', handler);
    connection.subscribe('call_update', handler);
    FakeWebSocket.last.deliver(call);
    off();
    FakeWebSocket.last.deliver(call);
    expect(handler).toHaveBeenCalledTimes(3);
  });

  it('an aborted signal unsubscribes', async () => {
    const connection = await connectLive();
    const handler = vi.fn();
    const controller = new AbortController();
    connection.subscribe('call_update', handler, { signal: controller.signal });
    connection.subscribe('call_update', handler, { signal: AbortSignal.abort() });
    FakeWebSocket.last.deliver(call);
    controller.abort();
    FakeWebSocket.last.deliver(call);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it.each(['', 'a*b', '**', 'x'.repeat(65), '*a', 7])('%j is no pattern', (pattern) => {
    const connection = start();
    expect(() => connection.subscribe(pattern as string, () => undefined)).toThrow(
      /subscribe: a pattern/,
    );
  });

  it('subscriptions made before the module is there count', async () => {
    const connection = start();
    const handler = vi.fn();
    connection.subscribe('call_update', handler);
    connection.subscribe('call_update', vi.fn())();
    await whenLoaded(connection);
    FakeWebSocket.last
      .accept()
      .greet({ features: ['subscribe'] })
      .deliver(call);
    expect(handler).toHaveBeenCalledOnce();
    expect(FakeWebSocket.last.frames).toContainEqual(
      expect.objectContaining({ type: 'subscribe', data: { events: ['call_update'] } }),
    );
  });

  it('status listeners hear of a link before its first event is delivered', async () => {
    const connection = await connect();
    const seen: string[] = [];
    connection.onStatus(({ phase }) => seen.push(phase));
    connection.subscribe('*', ({ type }) => seen.push(type));
    FakeWebSocket.last.accept().greet();
    expect(seen).toEqual(['ready', 'connected']);
  });

  it('received events are counted by type, with __proto__ as an ordinary name', async () => {
    const connection = await connectLive();
    connection.subscribe('*', () => undefined);
    FakeWebSocket.last.deliver(call).deliver(call).deliver('{"type":"__proto__"}');
    const { received } = connection.metrics();
    expect(Object.entries(received)).toEqual([
      ['call_update', 2],
      ['__proto__', 1],
    ]);
    await settle();
  });
});
