/** What is left of an import when it has ended: its counts and errors, and nothing of its file. */
import { request } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FileReader } from '../../web-demo/server/imports/file-reader.js';
import { ImportDesk, type Upload } from '../../web-demo/server/imports/import-desk.js';
import type { ImportRun } from '../../web-demo/server/imports/import-run.js';
import { createLog } from '../../web-demo/server/log.js';
import { defaultOptions } from '../../web-demo/server/options.js';
import { waitFor } from './support/http.js';
import { contactFile, eventsOf, HEADER, runOf } from './support/imports.js';
import { run, signIn, startedBy } from './support/process.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('the rows of a file', () => {
  const failing = () => {
    throw new Error('nobody can be told');
  };
  type Ending = readonly [
    string,
    (file: ReturnType<typeof contactFile>) => ImportRun,
    boolean,
    Record<string, unknown>,
  ];
  const endings: readonly Ending[] = [
    ['is done', (file) => runOf(file), false, { state: 'complete', processed: 1000 }],
    [
      'fails at its end',
      (file) => runOf({ ...file, broken: 'A quote is opened and never closed.' }),
      false,
      { state: 'failed', processed: 1000, problem: expect.stringContaining('quote') },
    ],
    [
      'is stopped',
      (file) => runOf(file),
      true,
      { state: 'failed', processed: 0, problem: expect.stringContaining('stopped') },
    ],
    [
      'cannot be told of',
      (file) => runOf(file, failing),
      false,
      { state: 'failed', problem: expect.stringContaining('send the file again') },
    ],
  ];
  test.each(endings)('are let go of when the import %s', async (_name, start, isStopped, state) => {
    const { importRun, rows } = begin(start);
    const stop = new AbortController();
    if (isStopped) stop.abort();
    await importRun.run(stop.signal).catch(() => {});
    // What a weak reference gave lives until the end of its turn.
    await setImmediate();
    collectGarbage();
    expect(rows.deref()).toBeUndefined();
    expect(importRun.snapshot()).toMatchObject({ total: 1000, ...state });
  });

  /** In a function of its own, whose variables are gone afterwards. */
  function begin(start: Ending[1]) {
    const file = contactFile(1000);
    return { importRun: start(file), rows: new WeakRef(file.slices[0] ?? new Uint8Array()) };
  }
});

describe('a row that was refused', () => {
  test('weighs no more than what is said of it', async () => {
    const runs = Array.from({ length: 40 }, () => runOf(contactFile(1000)));
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (const importRun of runs) await importRun.run(new AbortController().signal);
    await setImmediate();
    collectGarbage();
    const { errorsTold } = defaultOptions.imports;
    const each = (process.memoryUsage().heapUsed - before) / (runs.length * errorsTold);
    expect(runs.map((importRun) => importRun.snapshot().errors.length)).toEqual(
      runs.map(() => errorsTold),
    );
    // Five members and their words; with a hidden class for each of them it was twice that.
    expect(each).toBeLessThan(300);
  });
});

describe('what a thread has read', { timeout: 60_000 }, () => {
  test("is nobody else's once it is handed over, though the server goes on", async () => {
    const { imports } = defaultOptions;
    const reader = new FileReader(imports, createLog('silent'));
    onTestFinished(() => reader.close());
    const going = new AbortController();
    const read = async () => {
      const { slices } = await reader.read(
        {
          tenant: 'harbour',
          bytes: new Uint8Array(Buffer.from(`${HEADER}Mara,+12025550101,,\n`)),
          settings: { map: new Map(), country: undefined, encoding: undefined },
        },
        going.signal,
      );
      return new WeakRef(slices[0] ?? new Uint8Array());
    };
    const first = await read();
    // What the thread itself keeps of an answer it keeps until the next.
    await read();
    await setImmediate();
    collectGarbage();
    expect(first.deref()).toBeUndefined();
    expect(going.signal.aborted).toBe(false);
  });
});

describe('the place of a user', () => {
  test('is free again when an import fails unexpectedly', async () => {
    const desk = new ImportDesk({
      limits: { ...defaultOptions.imports, rowsPerSecond: 0 },
      publish: () => {
        throw new Error('nobody can be told');
      },
      onEnded: () => {},
      log: createLog('silent'),
    });
    const ada = { tenant: 'harbour', user: 'agent-1' };
    const upload: Upload = {
      name: 'contacts.csv',
      settings: { map: new Map(), country: undefined, encoding: undefined },
      receive: (use) => use(new Uint8Array(Buffer.from(`${HEADER}Mara,none,,\n`))),
    };
    const { importId } = await desk.accept(ada, upload);
    await waitFor(() => desk.held === 0);
    expect(desk.find(ada, importId)?.snapshot()).toMatchObject({ state: 'failed', total: 1 });
    await desk.accept(ada, upload);
    await desk.stop();
  });
});

/** Less than the rows of three files at their limits. */
const SMALL_HEAP = '--max-old-space-size=96';
const BYTES_MAX = defaultOptions.imports.fileBytesMax;

/** As many rows as a file may have, as long as it may be. */
function largestFile(end: string): string {
  const count = defaultOptions.imports.rowsMax - 1;
  const company = 'x'.repeat(
    Math.floor(BYTES_MAX / count) - 'Person 12345,+12025512345,,\n'.length,
  );
  const rows = Array.from({ length: count }, (_, index) => {
    const digits = String(index).padStart(5, '0');
    return `Person ${digits},+120255${digits},,${company}\n`;
  });
  return HEADER + rows.join('') + end;
}

// Megabytes take as long to pass as the machine is busy.
describe('a process with a small heap', { timeout: 180_000 }, () => {
  test('takes one largest file after the other, however each of them ends', async () => {
    const child = run({
      PORT: '0',
      FEED_RATE: '0',
      IMPORT_ROWS_PER_SEC: '0',
      LOG_LEVEL: 'warn',
      NODE_OPTIONS: SMALL_HEAP,
    });
    const { url } = await startedBy(child);
    const { client, token } = await signIn(url, 'ada');
    const [good, broken, tooLong] = ['', 'Mara,"+1202', 'Mara,,,\n'.repeat(2)].map(largestFile);
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'text/csv' };
    const send = async (body = '') =>
      (await fetch(`${url}/api/imports`, { method: 'POST', headers, body })).status;
    const leave = async (body = '') => {
      const outgoing = request(`${url}/api/imports`, { method: 'POST', headers });
      outgoing.on('error', () => {});
      const closed = new Promise((resolve) => outgoing.once('close', resolve));
      await new Promise((sent) => outgoing.write(body, sent));
      outgoing.destroy();
      await closed;
      await waitFor(async () => (await send('')) === 400);
    };
    const endings = [
      async () => {
        expect(await send(good)).toBe(202);
        expect((await eventsOf(client)).at(-1)?.type).toBe('import_complete');
      },
      async () => {
        expect(await send(broken)).toBe(202);
        expect((await eventsOf(client)).at(-1)?.data).toMatchObject({ code: 'file_broken' });
      },
      async () => expect(await send(tooLong)).toBe(413),
      () => leave(good),
    ];
    // More would be forgotten whatever they hold.
    for (let count = 0; count < defaultOptions.imports.keptPerUser; count += 1) {
      await endings[count % endings.length]?.();
    }
    client.send({ type: 'ping', id: 'still there' });
    expect(await client.next()).toMatchObject({ type: 'pong', id: 'still there' });
    client.socket.terminate();
  });
});
