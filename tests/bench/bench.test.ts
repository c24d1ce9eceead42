// What the benchmark's figures rest upon, apart from any browser: frames that a WebSocket client reads,
// streams that hold what is counted, and ratios that pair what was measured together.
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { root, weighClients } from './bundle.js';
import { expectedOf, streamCases } from './cases.js';
import { clients, perMessageFor, rowsFor } from './clients.js';
import { allTypes, eventAt, firstEvent, markedCount, markedType } from './events.js';
import { median, pairedRatio } from './statistics.js';
import { longestTask } from './trace.js';
import { chunksOf, type Format, streamOf } from './wire.js';
import { channel, endMark } from './wire-names.js';
import { within } from './within.js';

/** Everything that a real client reads of a stream. */
async function readThrough(format: Format, count: number, perMessage = 1): Promise<string[]> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.on('connection', (_, request) => {
    const stream = streamOf(format, count, perMessage);
    for (const chunk of chunksOf(stream)) request.socket.write(chunk);
  });
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const texts: string[] = [];
  await new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('message', (bytes) => {
      texts.push(String(bytes));
      if (texts.length === Math.ceil(count / perMessage)) resolve();
    });
  });
  client.terminate();
  server.close();
  return texts;
}

describe('the stream', () => {
  it('is read by a WebSocket client, frame by frame and in order', async () => {
    const count = 3000;
    const texts = await readThrough('json', count);
    expect(texts.map((text) => JSON.parse(text))).toEqual(
      Array.from({ length: count }, (_, index) => eventAt(index, count)),
    );
  });

  it('wraps the same events for clients with a protocol of their own', async () => {
    const [publication] = await readThrough('centrifuge', 1);
    expect(JSON.parse(publication ?? '').push.pub.data).toEqual(eventAt(0, 1));
    const [packet] = await readThrough('socket.io', 1);
    const { type, ...rest } = eventAt(0, 1);
    expect(packet?.slice(0, 2)).toBe('42');
    expect(JSON.parse(packet?.slice(2) ?? '')).toEqual([type, rest]);
    const [pushed] = await readThrough('phoenix', 1);
    expect(JSON.parse(pushed ?? '')).toEqual([null, null, channel, type, rest]);
    const [triggered] = await readThrough('pusher', 1);
    const { event, data } = JSON.parse(triggered ?? '');
    expect([event, JSON.parse(data)]).toEqual([type, rest]);
  });

  it('is written in large pieces that end where a frame ends', () => {
    const stream = streamOf('json', 3000);
    const chunks = [...chunksOf(stream)];
    expect(Buffer.concat(chunks).equals(stream.bytes)).toBe(true);
    expect(chunks.length).toBeGreaterThan(1);
    const ends = new Set(stream.ends);
    let at = 0;
    for (const chunk of chunks) {
      at += chunk.length;
      expect(ends.has(at)).toBe(true);
    }
  });

  it('joins several events to a message, one a line, and leaves none out', async () => {
    const count = 10;
    const messages = await readThrough('json', count, 4);
    const lines = messages.map((message) => message.split('\n'));
    expect(lines.map(({ length }) => length)).toEqual([4, 4, 2]);
    expect(lines.flat().map((line) => JSON.parse(line))).toEqual(
      Array.from({ length: count }, (_, index) => eventAt(index, count)),
    );
  });

  it('holds every type but the greeting, and ends with the one that all cases subscribe to', () => {
    const count = 1201;
    const events = Array.from({ length: count }, (_, index) => eventAt(index, count));
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(allTypes.filter((type) => type !== 'connected')),
    );
    expect(allTypes).toHaveLength(13);
    expect(events.at(-1)?.type).toBe(markedType);
    expect(events.filter(({ type }) => type === markedType)).toHaveLength(markedCount(count));
    expect(events[0]?.seq).toBe(firstEvent.seq + 1);
    expect(events.at(-1)?.seq).toBe(count + 1);
  });

  it('has events of about 250 bytes', () => {
    const sizes = Array.from({ length: 500 }, (_, n) => JSON.stringify(eventAt(n, 500)).length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(240);
    expect(median(sizes)).toBe(250);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(320);
  });
});

describe('a ratio', () => {
  it('compares what was measured in the same repetition', () => {
    // Twice as slow in each repetition, on a machine that grew ten times slower meanwhile.
    expect(pairedRatio([2, 20, 6], [1, 10, 3])).toEqual({ median: 2, low: 2, high: 2 });
  });

  it('leaves out as much of its range as it is told to', () => {
    const ones = [1, 1, 1, 1, 1];
    expect(pairedRatio([5, 1, 4, 2, 3], ones)).toEqual({ median: 3, low: 1, high: 5 });
    expect(pairedRatio([5, 1, 4, 2, 3], ones, 0.25)).toEqual({ median: 3, low: 2, high: 4 });
  });

  it('refuses values without their baseline', () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow(/baseline/);
  });
});

describe('a trace', () => {
  const task = (tid: number, dur: number) => ({
    name: 'ThreadControllerImpl::RunTask',
    pid: 7,
    tid,
    dur,
  });

  it('tells the longest task of the thread that set the mark', () => {
    const mark = { name: endMark, pid: 7, tid: 1 };
    expect(longestTask([task(1, 1500), task(2, 90_000), mark, task(1, 4000)])).toBe(4);
  });

  it('is refused where it has no such thread', () => {
    expect(() => longestTask([task(1, 1500)])).toThrow('no task of the page');
  });
});

describe('the weight of a client', () => {
  it('counts all that creating a connection loads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keepline-weights-'));
    const rows = clients.filter(({ name }) => name.startsWith('keepline'));
    const [page, worker] = await weighClients(folder, rows);
    await rm(folder, { recursive: true });
    const weigh = async (file: string) =>
      brotliCompressSync(await readFile(`${root}js-bindings/dist/${file}`)).length;
    if (!page || !worker) throw new Error('Keepline is measured in the page and in a worker.');
    expect(page.total - page.eager).toBe(await weigh('wasm/keepline.wasm'));
    expect(page.eager).toBeGreaterThan(await weigh('wasm/keepline.js'));
    expect(worker.total - page.total).toBeGreaterThan(await weigh('worker/worker.js'));
  });
});

describe('the tables', () => {
  it('name every case and client once', () => {
    const names = [...streamCases, ...clients].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('send several events in a message to those alone who take them so', () => {
    const names = rowsFor(4, clients).map(({ name }) => name);
    expect(names).toEqual(['raw', 'raw-again', 'keepline', 'keepline-worker']);
    const sizes = rowsFor(4, clients).map((row) => perMessageFor({ perMessage: 4 }, row));
    expect(sizes).toEqual([1, 1, 4, 4]);
    expect(rowsFor(1, clients)).toBe(clients);
  });

  it('expect all events where all types are subscribed, and one in twelve for one type', () => {
    const expected = (name: string) => {
      const each = streamCases.find((row) => row.name === name);
      return each && expectedOf(each, 1200);
    };
    expect([expected('all'), expected('one'), expected('react')]).toEqual([1200, 100, 1200]);
  });
});

describe('a wait', () => {
  it('ends with a reason when nothing comes', async () => {
    await expect(within(1, 'a page', new Promise(() => undefined))).rejects.toThrow(/a page/);
  });
});
