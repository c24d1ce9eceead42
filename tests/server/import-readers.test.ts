/** Threads that read files, and the bytes that arrive for them: who waits for whom, and what a fault costs. */
import { once } from 'node:events';
import { request } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FileReader } from '../../web-demo/server/imports/file-reader.js';
import { createLog } from '../../web-demo/server/log.js';
import { defaultOptions, type ImportLimits } from '../../web-demo/server/options.js';
import { eventsOf, goodRows, HEADER, startImporter, stateOf, upload } from './support/imports.js';
import { connect, type TestServer, tokenFor } from './support/server.js';

const settings = { map: new Map(), country: undefined, encoding: undefined };
const never = new AbortController().signal;

function readerOf(limits: Partial<ImportLimits> = {}): FileReader {
  const reader = new FileReader({ ...defaultOptions.imports, ...limits }, createLog('silent'));
  onTestFinished(() => reader.close());
  return reader;
}

const fileOf = (tenant: string, text: string) => ({
  tenant,
  bytes: new Uint8Array(Buffer.from(text)),
  settings,
});
/** As large as a file may be. */
const large = HEADER + `Mara,+12025550117,,${'x'.repeat(180)}\n`.repeat(49_000);

// Threads take as long to start as the machine is busy.
describe('a thread', { timeout: 60_000 }, () => {
  test('gives the rows, and says what is wrong with a file', async () => {
    const reader = readerOf();
    const read = await reader.read(fileOf('harbour', HEADER + goodRows(600)), never);
    expect(read).toMatchObject({ total: 600, broken: undefined, form: { encoding: 'utf-8' } });
    expect(read.slices).toHaveLength(3);
    await expect(reader.read(fileOf('harbour', 'sku\nA1\n'), never)).rejects.toMatchObject({
      name: 'FileRefused',
      code: 'columns_missing',
      details: { missing: ['name', 'phone'] },
    });
  });

  test('leaves the server its turns while it reads', async () => {
    const reading = readerOf().read(fileOf('harbour', large), never);
    let isRead = false;
    void reading.finally(() => {
      isRead = true;
    });
    let turns = 0;
    for (; !isRead; turns += 1) await setImmediate();
    expect((await reading).total).toBe(49_000);
    // Read by the server itself it would be two or three.
    expect(turns).toBeGreaterThan(50);
  });

  test('goes when nobody has a file for it, and another comes with the next', async () => {
    const reader = readerOf({ readerIdleMs: 0 });
    for (let count = 0; count < 3; count += 1) {
      const read = await reader.read(fileOf('harbour', HEADER + goodRows(1)), never);
      expect(read.total).toBe(1);
    }
  });

  const faults: readonly (readonly [string, Partial<ImportLimits>])[] = [
    ['runs out of memory', { readerHeapMebibytes: 8 }],
    ['takes too long', { readMs: 1 }],
  ];
  test.each(faults)('that %s costs its own file, and the next is read', async (_name, limits) => {
    const reader = readerOf(limits);
    await expect(reader.read(fileOf('harbour', large), never)).rejects.toMatchObject({
      name: 'RequestError',
      status: 500,
      details: { code: 'reader_failed' },
    });
    const again = reader.read(fileOf('harbour', large), never);
    await expect(again).rejects.toMatchObject({ details: { code: 'reader_failed' } });
    const other = readerOf();
    await expect(other.read(fileOf('harbour', HEADER + goodRows(1)), never)).resolves.toBeDefined();
  });

  test('is there for another tenant while one sends file after file', async () => {
    const reader = readerOf({ readersMax: 2 });
    const order: string[] = [];
    const read = (tenant: string, text: string) =>
      reader.read(fileOf(tenant, text), never).then(() => order.push(tenant));
    const greedy = [1, 2, 3].map(() => read('harbour', large));
    await Promise.all([...greedy, read('alpine', HEADER + goodRows(1))]);
    expect(order.indexOf('alpine')).toBeLessThan(order.lastIndexOf('harbour'));
    expect(order.indexOf('alpine')).toBeLessThan(2);
  });

  test('reads one file of a tenant after the other, however many threads are free', async () => {
    const reader = readerOf({ readersMax: 4 });
    const order: string[] = [];
    const read = (name: string, text: string) =>
      reader.read(fileOf('harbour', text), never).then(() => order.push(name));
    await Promise.all([read('large', large), read('small', HEADER + goodRows(1))]);
    expect(order).toEqual(['large', 'small']);
  });

  test('ends when the server stops', async () => {
    const reader = readerOf();
    const stopping = new AbortController();
    const reading = reader.read(fileOf('harbour', large), stopping.signal);
    stopping.abort(new Error('stopping'));
    await expect(reading).rejects.toThrow('stopping');
  });
});

/** A request that has begun and sends by hand. */
async function begin(server: TestServer, user: string) {
  const outgoing = request(`${server.url}/api/imports`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await tokenFor(server, user)}`,
      'Content-Type': 'text/csv',
    },
  });
  outgoing.on('error', () => {});
  onTestFinished(() => void outgoing.destroy());
  const answered = once(outgoing, 'response').then(async ([response]) => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    return { status: response.statusCode as number, headers: response.headers, body };
  });
  return { outgoing, answered };
}

describe('a file that arrives', { timeout: 60_000 }, () => {
  test('byte by byte is turned away, and its connection with it', async () => {
    const server = await startImporter({ uploadWindowMs: 50 });
    const { outgoing, answered } = await begin(server, 'ada');
    outgoing.write(HEADER);
    const { status, body, headers } = await answered;
    expect([status, body['code'], headers['connection']]).toEqual([408, 'upload_slow', 'close']);
    expect((await upload(server, 'ada', HEADER + goodRows(1))).status).toBe(202);
  });

  test('slowly takes no place of an import from anybody', async () => {
    const server = await startImporter({ perTenantMax: 1, concurrentMax: 1 });
    const slow = await begin(server, 'ada');
    slow.outgoing.write(HEADER);
    const colleague = await upload(server, 'bruno', HEADER + goodRows(1));
    expect(colleague.status).toBe(202);
    const stranger = await connect(server, 'chen');
    expect((await upload(server, 'chen', HEADER + goodRows(1))).status).toBe(202);
    expect((await eventsOf(stranger)).at(-1)?.type).toBe('import_complete');
    slow.outgoing.end(goodRows(1));
    expect((await slow.answered).status).toBe(202);
  });

  test('beside too many others of its tenant is told to come again, and others are not', async () => {
    const server = await startImporter({ uploadBytesPerTenant: 1000 });
    const first = await begin(server, 'ada');
    await new Promise((sent) => first.outgoing.write(HEADER + goodRows(20), sent));
    const { status, body } = await upload(server, 'bruno', HEADER + goodRows(30));
    expect(status).toBe(503);
    expect(body['error']).toContain('Too many files');
    expect((await upload(server, 'chen', HEADER + goodRows(20))).status).toBe(202);
    first.outgoing.end();
    expect((await first.answered).status).toBe(202);
    expect((await upload(server, 'bruno', HEADER + goodRows(20))).status).toBe(202);
  });

  test('finds no place while its tenant has as many under way as it may', async () => {
    const server = await startImporter({ perTenantMax: 1, rowsPerSecond: 20 });
    const { body } = await upload(server, 'ada', HEADER + goodRows(1000));
    const refused = await upload(server, 'bruno', HEADER + goodRows(1));
    expect(refused.status).toBe(503);
    expect((await upload(server, 'chen', HEADER + goodRows(1))).status).toBe(202);
    expect((await stateOf(server, 'ada', body['importId'])).body['state']).toBe('running');
  });
});
