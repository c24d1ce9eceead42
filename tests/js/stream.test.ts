// What the page makes of a stream that goes on, of messages that are answered, and of frames that come
// several in one message.
import { type Gap, type RealtimeEvent, SendError } from 'keepline';
import { describe, expect, it } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { connect, useWorld } from './support/world.js';

const features = ['subscribe', 'resume', 'ack', 'batch'];

const greet = (position: string) => FakeWebSocket.last.accept().greet({ features, position });

const said = (type: string) =>
  FakeWebSocket.last.frames.filter((frame) => (frame as { type?: string }).type === type);

async function follow() {
  const connection = await connect();
  greet('e.100');
  FakeWebSocket.last.deliver({ type: 'resumed', data: { from: 'e.100', to: 'e.100' } });
  return connection;
}

describe('the event stream', () => {
  useWorld();

  it('asks where it stands, hands each event over once, and says how far it is', async () => {
    const connection = await follow();
    const events: RealtimeEvent[] = [];
    connection.subscribe('*', (event) => events.push(event));
    expect(said('resume')).toMatchObject([{ data: { from: null } }]);
    expect(connection.status().delivery).toBe('live');
    for (const seq of [101, 102, 102, 104]) {
      FakeWebSocket.last.deliver({ type: 'note', seq, id: `e.${seq}`, data: { seq } });
    }
    expect(events.map(({ seq }) => seq)).toEqual([101, 102, 104]);
    expect(connection.position()).toBe('e.104');
    expect(connection.metrics().duplicates).toBe(1);
  });

  it('tells of a gap, and goes on behind it', async () => {
    const connection = await follow();
    const gaps: Gap[] = [];
    connection.onGap((gap) => gaps.push(gap));
    FakeWebSocket.last.deliver({
      type: 'gap',
      data: { from: 'e.100', to: null, reason: 'unavailable', spreadMs: 0 },
    });
    expect(connection.status().delivery).toBe('interrupted');
    FakeWebSocket.last.deliver({
      type: 'gap',
      data: { from: 'e.100', to: 'f.7', reason: 'epoch', spreadMs: 8000 },
    });
    expect(connection.status().delivery).toBe('live');
    expect(gaps).toEqual([
      { from: 'e.100', to: null, reason: 'unavailable', spreadMs: 0 },
      { from: 'e.100', to: 'f.7', reason: 'epoch', spreadMs: 8000 },
    ]);
    expect(connection.position()).toBe('f.7');
  });

  it('begins where an earlier page had come to', async () => {
    const connection = await connect();
    connection.resumeFrom('e.90');
    greet('e.100');
    expect(said('resume')).toMatchObject([{ data: { from: 'e.90' } }]);
    expect(connection.status().delivery).toBe('catching_up');
  });

  it('reads a message of several lines as several frames, and skips what nobody wants', async () => {
    const connection = await follow();
    const seen: unknown[] = [];
    connection.subscribe('note', ({ data }) => seen.push(data));
    expect(said('subscribe')).toMatchObject([{ data: { batch: true } }]);
    const lines = [
      { type: 'note', seq: 101, data: 1 },
      { type: 'other', seq: 102, data: 'x'.repeat(500) },
      { type: 'note', seq: 103, data: 2 },
    ];
    FakeWebSocket.last.deliver(lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(seen).toEqual([1, 2]);
    expect(connection.position()).toBe('e.103');
  });

  it('hands over one line before it reads the next, and none once the handler has left', async () => {
    const connection = await follow();
    const seen: unknown[] = [];
    connection.subscribe('note', ({ data }) => {
      seen.push([data, connection.position()]);
      if (data === 2) connection.dispose();
    });
    const lines = [101, 102, 103].map((seq) => ({ type: 'note', seq, data: seq - 100 }));
    FakeWebSocket.last.deliver(lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(seen).toEqual([
      [1, 'e.101'],
      [2, 'e.102'],
    ]);
  });

  it('leaves a frame whole that is written over several lines', async () => {
    const connection = await connect();
    FakeWebSocket.last.accept().greet();
    const seen: unknown[] = [];
    connection.subscribe('note', ({ data }) => seen.push(data));
    const data = [{ a: 1 }, { b: { c: 'end}\n{begin' } }];
    FakeWebSocket.last.deliver(JSON.stringify({ type: 'note', data }, null, 1));
    FakeWebSocket.last.deliver(JSON.stringify({ type: 'note', data }, null, '\t'));
    expect(seen).toEqual([data, data]);
    expect(connection.metrics().malformed).toBe(0);
  });

  it('resolves a message with the answer to it, and rejects it with what the server said', async () => {
    const connection = await follow();
    const done = connection.send('note', 1, { ack: true });
    const refused = connection.send('note', 2, { ack: true });
    const [first, second] = said('note') as { id: string }[];
    FakeWebSocket.last.deliver({
      type: 'ack',
      id: first?.id,
      data: { outcome: 'repeat', result: { n: 1 } },
    });
    await expect(done).resolves.toMatchObject({ repeat: true, result: { n: 1 } });
    FakeWebSocket.last.deliver({
      type: 'error',
      id: second?.id,
      data: { code: 'busy', message: 'later', retry: true, retryAfterMs: 1000 },
    });
    const reason: unknown = await refused.catch((error: unknown) => error);
    expect(reason).toBeInstanceOf(SendError);
    expect(reason).toMatchObject({
      kind: 'rejected',
      id: second?.id,
      rejection: { code: 'busy', retry: true, retryAfterMs: 1000 },
    });
  });
});
