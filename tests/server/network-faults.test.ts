/** The panel's faults of traffic: late, too much at once, not what was agreed, and signed anew. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { decodeFrame } from '../../js-bindings/src/server/frames.js';
import { DelayLine } from '../../web-demo/server/delay-line.js';
import { malformedFrames } from '../../web-demo/server/malformed-frames.js';
import { Client } from './support/client.js';
import { post, waitFor } from './support/http.js';
import { connect, startServer, tokenFor } from './support/server.js';

const ada = { tenant: 'harbour', user: 'agent-1' };

describe('latency', () => {
  test('holds back what existing sockets hear and say, of one user', async () => {
    const server = await startServer();
    const [late, prompt] = [await connect(server, 'ada'), await connect(server, 'bruno')];
    await post(server, '/dev/network/latency', { user: 'ada', ms: 10_000 });
    late.send({ type: 'ping', id: '1' });
    prompt.send({ type: 'ping', id: '2' });
    server.publish(ada, 'new_call', { callId: 'c1' });
    expect(await prompt.next()).toMatchObject({ type: 'pong', id: '2' });
    await late.settle();
    expect(late.unread).toEqual([]);
    server.publish(ada, 'call_update', { callId: 'c1' });
    await post(server, '/dev/network/latency', { user: 'ada', ms: 0 });
    const types = [await late.next(), await late.next(), await late.next()];
    expect(types.map(({ type }) => type).sort()).toEqual(['call_update', 'new_call', 'pong']);
    expect(types.findIndex(({ type }) => type === 'new_call')).toBeLessThan(
      types.findIndex(({ type }) => type === 'call_update'),
    );
  });

  test('holds back a new socket from its first frame, until it is healed', async () => {
    const server = await startServer();
    await post(server, '/dev/network/latency', { user: 'ada', ms: 10_000 });
    const client = Client.withToken(server.url, await tokenFor(server, 'ada'));
    onTestFinished(() => client.socket.terminate());
    await waitFor(() => server.realtime.size === 1);
    await client.settle();
    expect(client.unread).toEqual([]);
    await post(server, '/dev/network/heal', { user: 'ada' });
    expect((await client.next())['type']).toBe('connected');
    client.send('ping');
    expect((await client.nextFrame()).text).toBe('pong');
  });

  test('does not let a close overtake what was said before it', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    await post(server, '/dev/network/latency', { user: 'ada', ms: 5 });
    server.publish(ada, 'new_call', {});
    await post(server, '/dev/network/close', { user: 'ada', code: 4409 });
    expect((await client.closed).code).toBe(4409);
    expect(client.unread.map(({ text }) => JSON.parse(text).type)).toEqual(['new_call']);
  });

  test.each([-1, 10_001, '5', undefined])('of %o ms is refused', async (ms) => {
    const server = await startServer();
    const { status, body } = await post(server, '/dev/network/latency', { user: 'ada', ms });
    expect(status).toBe(400);
    expect(body['error']).toContain('from 0 to 10000');
  });
});

describe('a line with a delay', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('lets through late and in order, also when the delay becomes shorter', () => {
    const line = new DelayLine();
    const heard: string[] = [];
    line.put(1, () => heard.push('before'));
    line.setDelay(1000);
    line.put(1, () => heard.push('first'));
    vi.advanceTimersByTime(400);
    line.setDelay(100);
    line.put(1, () => heard.push('second'));
    vi.advanceTimersByTime(599);
    expect(heard).toEqual(['before']);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual(['before', 'first', 'second']);
    line.put(1, () => heard.push('third'));
    vi.advanceTimersByTime(99);
    expect(heard).toHaveLength(3);
    vi.advanceTimersByTime(1);
    expect(heard).toHaveLength(4);
  });

  test('is full at its bound, and forgets what it held when it is cleared', () => {
    const line = new DelayLine();
    const pass = vi.fn();
    line.setDelay(1000);
    expect(line.put(32 * 1024 * 1024, pass)).toBe(true);
    expect(line.put(1, pass)).toBe(false);
    line.clear();
    expect(line.put(1, pass)).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(pass).toHaveBeenCalledTimes(1);
  });
});

// Megabytes take as long to pass as the machine is busy.
describe('a burst', { timeout: 60_000 }, () => {
  test('publishes so many events, all of them, without cutting the reader', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    const count = 5000;
    const { status, body } = await post(server, '/dev/network/burst', { user: 'ada', count });
    expect(status).toBe(200);
    expect(body).toEqual({ done: true, published: count });
    await client.settle();
    const events = client.unread.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    const first = Number(events[0]?.['seq']);
    expect(events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: count }, (_, at) => first + at),
    );
    expect(new Set(events.map(({ type }) => type)).size).toBe(12);
  });

  test('waits for a reader that is slow, and goes on when it reads', async () => {
    const server = await startServer();
    const [slow, prompt] = [await connect(server, 'ada'), await connect(server, 'bruno')];
    // Large enough to fill what the operating system buffers on the way.
    const data = 'x'.repeat(512 * 1024);
    const step = vi
      .spyOn(server.feed, 'step')
      .mockImplementation(() => server.publish(ada, 'new_call', data));
    slow.socket.pause();
    const published = post(server, '/dev/network/burst', { user: 'ada', count: 50_000 });
    let calls = -1;
    await waitFor(async () => {
      const before = calls;
      calls = step.mock.calls.length;
      await prompt.settle();
      return calls > 0 && calls === before;
    });
    slow.socket.resume();
    expect((await published).status).toBe(200);
    await slow.settle();
    expect(slow.unread).toHaveLength(step.mock.calls.length);
    expect(server.realtime.size).toBe(2);
  });

  test.each([0, 50_001])('of %i is refused', async (count) => {
    const server = await startServer();
    expect((await post(server, '/dev/network/burst', { user: 'ada', count })).status).toBe(400);
  });
});

describe('malformed frames', () => {
  test('are sent one of each kind, as text or binary, and counted', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    const raw: { data: Buffer; binary: boolean }[] = [];
    client.socket.on('message', (data: Buffer, binary) => raw.push({ data, binary }));
    const { body } = await post(server, '/dev/network/malformed', { user: 'ada' });
    await client.settle();
    expect(body['sent']).toBe(malformedFrames.length);
    expect(raw).toEqual(
      malformedFrames.map(({ frame }) => ({
        data: Buffer.from(frame),
        binary: typeof frame !== 'string',
      })),
    );
  });

  test('are each refused by a reader that knows the protocol', () => {
    for (const { kind, frame } of malformedFrames) {
      // A parser takes the last of two types; that it differs from the first is what is wrong.
      const expected = kind === 'two types' ? 'message' : 'malformed';
      expect(decodeFrame(Buffer.from(frame)).kind, kind).toBe(expected);
    }
  });
});

describe('rotated keys of the development issuer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function kids(url: string): Promise<unknown[]> {
    const response = await fetch(`${url}/.well-known/jwks.json`);
    return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  }

  test('void the old tokens and open to new ones, once the keys may be fetched again', async () => {
    const server = await startServer();
    const old = await tokenFor(server, 'ada');
    (await connect(server, 'ada')).socket.close();
    const [before] = await kids(server.url);
    expect((await post(server, '/dev/issuer/rotate-keys', {})).status).toBe(200);
    const after = await kids(server.url);
    expect(after).toHaveLength(1);
    expect(after).not.toContain(before);
    vi.setSystemTime(Date.now() + 1000);
    await connect(server, 'ada');
    expect((await Client.withToken(server.url, old).closed).code).toBe(4401);
  });

  test('leave the old tokens good where the old key is kept, but only the last one', async () => {
    const server = await startServer();
    const old = await tokenFor(server, 'ada');
    (await connect(server, 'ada')).socket.close();
    const [first] = await kids(server.url);
    await post(server, '/dev/issuer/rotate-keys', { keepOld: true });
    const [second, kept] = await kids(server.url);
    expect(kept).toBe(first);
    vi.setSystemTime(Date.now() + 1000);
    await connect(server, 'ada');
    const client = Client.withToken(server.url, old);
    expect((await client.next())['type']).toBe('connected');
    client.socket.close();
    await post(server, '/dev/issuer/rotate-keys', { keepOld: true });
    expect((await kids(server.url)).slice(1)).toEqual([second]);
  });
});
