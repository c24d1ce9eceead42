// How frames come to be read: as much of them as it takes, and no more clocks than it takes.
import type { RealtimeEvent } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { connectLive, useWorld } from './support/world.js';

const long = 'x'.repeat(300);
const longType = `${'é'.repeat(31)}-1`;

/** What stands where, and the type that it says. */
const frames: readonly [string, string, unknown][] = [
  ['type first', '{"type":"a","data":1}', 'a'],
  ['type first and last', '{"type":"a"}', 'a'],
  ['type first, in a long frame', `{"type":"a","data":"${long}"}`, 'a'],
  ['type after what is short', `{"seq":1,"id":"b","type":"a","data":"${long}"}`, 'a'],
  ['type after what is long', `{"data":"${long}","type":"a"}`, 'a'],
  ['type after what is longer than a head', `{"id":"${long}","type":"a","data":{}}`, 'a'],
  ['a type with a quotation mark', `{"type":"a\\"b","data":"${long}"}`, 'a"b'],
  ['a type in escapes', `{"type":"\\u0061","data":"${long}"}`, 'a'],
  ['a name in escapes', `{"\\u0074ype":"a","data":"${long}"}`, 'a'],
  ['a type that is not ASCII', `{"type":"é","data":"${long}"}`, 'é'],
  ['a type beyond the basic plane', `{"type":"a😀b","data":"${long}"}`, 'a😀b'],
  ['a type as long as may be', `{"type":"${longType}","data":"${long}"}`, longType],
  ['much space before it', `${' '.repeat(100)}{"type":"a","data":"${long}"}`, 'a'],
  ['more space before it', `${' '.repeat(400)}{"type":"a","data":"${long}"}`, 'a'],
];

describe('frames', () => {
  useWorld();

  it.each(frames)('%s', async (_, text, type) => {
    const connection = await connectLive();
    const seen: RealtimeEvent[] = [];
    connection.subscribe('*', (event) => seen.push(event));
    FakeWebSocket.last.deliver(text).deliverBinary(new TextEncoder().encode(text));
    expect(seen.map((event) => event.type)).toEqual([type, type]);
    const { data } = JSON.parse(text);
    expect(seen.map((event) => event.data)).toEqual([data, data]);
  });

  it('is read the same whatever came before it', async () => {
    const connection = await connectLive();
    const seen: string[] = [];
    connection.subscribe('*', (event) => seen.push(event.type));
    const expected: unknown[] = [];
    for (const [, before, typeBefore] of frames) {
      for (const [, text, type] of frames) {
        FakeWebSocket.last.deliver(text).deliver(before);
        FakeWebSocket.last.deliver(text).deliverBinary(new TextEncoder().encode(before));
        expected.push(type, typeBefore, type, typeBefore);
      }
    }
    expect(seen).toEqual(expected);
  });

  it.each([
    ['a letter', 't'],
    ['not ASCII', 'é'],
    ['a quotation mark', 'a"b'],
    ['a control character', '\u0001'],
    ['as long as may be', 'n'.repeat(64)],
    ['control characters, as many as may be', '\u0001'.repeat(64)],
    ['what every object has', 'constructor'],
    ['the name of a prototype', '__proto__'],
  ])('a type whose member is called %s is found', async (_, name) => {
    const connection = await connectLive({ names: { type: name } });
    const seen: string[] = [];
    connection.subscribe('*', (event) => seen.push(event.type));
    for (const type of ['a', 'b']) {
      const text = `{${JSON.stringify(name)}:"${type}","data":"${long}"}`;
      FakeWebSocket.last
        .deliver(text)
        .deliver(`{"seq":1,${text.slice(1)}`)
        .deliver(text)
        .deliverBinary(new TextEncoder().encode(text));
    }
    expect(seen).toEqual(['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b']);
  });

  it('control messages of any length are understood', async () => {
    await connectLive();
    FakeWebSocket.last.sent.length = 0;
    FakeWebSocket.last
      .deliver('{"type":"ping"}')
      .deliver({ type: 'ping', id: 'i'.repeat(64) })
      .deliver({ type: 'ping', extra: long })
      .deliver('ping');
    expect(FakeWebSocket.last.frames).toEqual([
      { type: 'pong', ts: Date.now() },
      { type: 'pong', id: 'i'.repeat(64), ts: Date.now() },
      { type: 'pong', ts: Date.now() },
      'pong',
    ]);
  });

  it('the longest control message that an option allows fits into the memory that the module may have', async () => {
    const maxMessageBytes = 64 * 1024 * 1024;
    const connection = await connectLive({ maxMessageBytes });
    FakeWebSocket.last.sent.length = 0;
    const head = '{"type":"ping","extra":"';
    const extra = 'x'.repeat(maxMessageBytes - head.length - 2);
    FakeWebSocket.last.deliver(`${head}${extra}"}`);
    expect(FakeWebSocket.last.frames).toEqual([{ type: 'pong', ts: Date.now() }]);
    expect(connection.metrics().malformed).toBe(0);
  });

  it('what is refused is sketched from its head, also where less was enough to route it', async () => {
    const connection = await connectLive();
    connection.subscribe('*', () => undefined);
    FakeWebSocket.last.deliver(`{"type":"a","data":[1,2,"${long}"`);
    expect(connection.diagnostics().malformed).toEqual([
      expect.stringMatching(/^not_json: \{.*\[#,#,/),
    ]);
  });

  it.each(['toString', 'constructor', '__proto__'])(
    'a member may be called %s, and is only there where the frame has it',
    async (data) => {
      const connection = await connectLive({
        names: { type: 'type', data, seq: 'seq', id: 'id', ts: 'ts' },
      });
      const seen: unknown[] = [];
      connection.subscribe('a', (event) => seen.push(event.data));
      FakeWebSocket.last.deliver(`{"type":"a","${data}":7}`).deliver('{"type":"a"}');
      expect(seen).toEqual([7, undefined]);
    },
  );

  it('frames of one millisecond share a reading of the monotonic clock', async () => {
    await connectLive();
    vi.advanceTimersByTime(1);
    const now = vi.spyOn(performance, 'now');
    FakeWebSocket.last.deliver('{"type":"a"}').deliver('{"type":"a"}').deliver('{"type":"a"}');
    expect(now).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    FakeWebSocket.last.deliver('{"type":"a"}');
    expect(now).toHaveBeenCalledTimes(2);
    now.mockRestore();
  });
});
