/** Files that cost more than they weigh: refused before they are parsed, and nobody waits for those that are not. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readContactFile } from '../../web-demo/server/imports/contact-file.js';
import { FileMeter } from '../../web-demo/server/imports/file-meter.js';
import { SLICE_BYTES } from '../../web-demo/server/imports/file-slices.js';
import { defaultOptions, type ImportLimits } from '../../web-demo/server/options.js';
import { eventsOf, goodRows, HEADER, startImporter, upload } from './support/imports.js';
import { connect } from './support/server.js';

const limits = defaultOptions.imports;
const MEBIBYTE = 1024 * 1024;
/** What a request is read by. */
const CHUNK_BYTES = 64 * 1024;

/** As a request gives it, and how much of it was asked for. */
function sourceOf(file: string | Buffer, chunkBytes = CHUNK_BYTES) {
  const bytes = Buffer.from(file);
  const source = { asked: 0, chunks: chunks() };
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      source.asked = Math.min(bytes.length, at + chunkBytes);
      yield bytes.subarray(at, at + chunkBytes);
    }
  }
  return source;
}

/** How often others could have had their turn until `work` was done. */
async function turnsUntil(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let turns = 0;
  for (; !isDone; turns += 1) await setImmediate();
  await done;
  return turns;
}

describe('an upload that is little but separators', () => {
  const wide = ','.repeat(9 * MEBIBYTE);
  const attacks: readonly (readonly [string, string, number, string, number])[] = [
    ['a header of millions of cells', `name,phone${wide}`, 400, '200 columns', CHUNK_BYTES],
    ['a row of millions of cells', `name,phone\nA${wide}`, 400, '200 columns', CHUNK_BYTES],
    [
      'cells in millions on lines in quotes',
      `name,phone\n${`${','.repeat(150)}"\n"`.repeat(9000)}`,
      400,
      '200 columns',
      CHUNK_BYTES,
    ],
    [
      'rows in millions that are only commas',
      `name,phone\n${',,,,,\n'.repeat(1_500_000)}`,
      413,
      '50000 rows, empty ones counted',
      6 * limits.rowsMax + CHUNK_BYTES,
    ],
    [
      'lines in millions that are empty',
      `name,phone\n${'\n'.repeat(9 * MEBIBYTE)}`,
      413,
      '50000 rows, empty ones counted',
      limits.rowsMax + CHUNK_BYTES,
    ],
    [
      'more cells than are read',
      `name,phone${','.repeat(98)}\n${`${','.repeat(99)}\n`.repeat(40_000)}`,
      413,
      '2000000 cells',
      limits.cellsMax + CHUNK_BYTES,
    ],
    ['one line without an end', 'x'.repeat(9 * MEBIBYTE), 400, '65536 bytes', 2 * CHUNK_BYTES],
    [
      'a quote without an end',
      `name,phone\n"${',\n'.repeat(4 * MEBIBYTE)}`,
      400,
      'not closed for too long',
      2 * CHUNK_BYTES,
    ],
  ];

  // Megabytes take as long to pass as the machine is busy.
  test.each(attacks)(
    'with %s is refused early, and says why',
    async (_name, file, status, why, askedMax) => {
      const source = sourceOf(file);
      await expect(readContactFile(source.chunks, limits)).rejects.toMatchObject({
        status,
        message: expect.stringContaining(why),
      });
      expect(source.asked).toBeLessThanOrEqual(askedMax);
    },
    30_000,
  );

  test('costs its sender an answer and nobody else the link', { timeout: 30_000 }, async () => {
    const server = await startImporter();
    const bystander = await connect(server, 'chen');
    for (const [, file, status, why] of attacks) {
      const answered = upload(server, 'ada', file);
      bystander.send({ type: 'ping', id: why });
      expect(await bystander.next()).toMatchObject({ type: 'pong', id: why });
      const answer = await answered;
      expect(answer.status).toBe(status);
      expect(answer.body['error']).toContain(why);
    }
    expect((await upload(server, 'ada', HEADER + goodRows(1))).status).toBe(202);
  });
});

describe('a file in one piece', () => {
  const files: readonly (readonly [string, string])[] = [
    ['lines as Unix ends them', '\n'],
    ['lines as Windows ends them', '\r\n'],
    ['lines as Excel for Mac ends them', '\r'],
  ];
  test.each(files)('of %s leaves the event loop to others while it is read', async (_name, end) => {
    const file = (HEADER + goodRows(5000)).replaceAll('\n', end);
    const reading = readContactFile(sourceOf(file, file.length).chunks, limits);
    expect(await turnsUntil(reading)).toBeGreaterThanOrEqual(file.length / SLICE_BYTES - 1);
    expect((await reading).rows).toHaveLength(5000);
  });

  test('of one line leaves the event loop to others until it is too long', async () => {
    const reading = readContactFile(sourceOf('x'.repeat(MEBIBYTE), MEBIBYTE).chunks, limits);
    const turns = await turnsUntil(reading.catch(() => {}));
    expect(turns).toBeGreaterThanOrEqual(limits.rowBytesMax / SLICE_BYTES - 1);
    expect(turns).toBeLessThan(MEBIBYTE / SLICE_BYTES / 2);
  });
});

describe('line ends', () => {
  test('may be those of every system, also in one file', async () => {
    const server = await startImporter();
    const client = await connect(server, 'ada');
    const rows = [
      'name,phone\r\n',
      'Mara,+12025550101\n',
      'Theo,none\r',
      '\r',
      'Priya,"+12025550102"\r',
    ];
    const { status, body } = await upload(server, 'ada', `${rows.join('')}Jonas,none`);
    expect([status, body['total']]).toEqual([202, 4]);
    const errors = (await eventsOf(client)).filter(({ type }) => type === 'import_error');
    expect(errors.map(({ data }) => data['row'])).toEqual([3, 6]);
  });

  const texts: readonly (readonly [string, string])[] = [
    [
      'a mark and Windows lines',
      '\ufeffname,phone\r\nŁukasz,+12025550101\r\n\r\n"a\r\nb",+12025550102',
    ],
    ['characters of every length', 'name,phone\rAé€😀,1\r😀😀,2\r'],
    ['quotes', 'name,phone\n"say ""hi"", Bob",1\n"",2\n'],
  ];
  test.each(texts)('and characters are found wherever the network cuts %s', async (_name, text) => {
    const whole = await readContactFile(sourceOf(text).chunks, limits);
    expect(whole.rows.length).toBeGreaterThan(0);
    expect(whole.broken).toBeUndefined();
    for (const chunkBytes of [1, 2, 3, 5, 7]) {
      expect(await readContactFile(sourceOf(text, chunkBytes).chunks, limits)).toEqual(whole);
    }
  });

  test('are where a file that turns out not to be UTF-8 is read up to, wherever it is cut', async () => {
    const good = 'name,phone\rMara,+12025550101\rTheo,€\r';
    const bytes = Buffer.concat([Buffer.from(good), Buffer.from('Jos\xe9,1\rMara,2\r', 'latin1')]);
    for (const chunkBytes of [1, 2, 3, 5, 1000]) {
      const file = await readContactFile(sourceOf(bytes, chunkBytes).chunks, limits);
      expect(file.rows.map(({ cells }) => cells.name)).toEqual(['Mara', 'Theo']);
      expect(file.broken).toContain('CSV UTF-8');
    }
  });

  test('that never come after a character that is begun are no UTF-8 either', async () => {
    const bytes = Buffer.concat([
      Buffer.from('name,phone\nMara,1\nTheo'),
      Buffer.from([0xe2, 0x82]),
    ]);
    const file = await readContactFile(sourceOf(bytes).chunks, limits);
    expect(file.rows).toHaveLength(1);
    expect(file.broken).toContain('CSV UTF-8');
  });
});

describe('what a file may hold', () => {
  const small: ImportLimits = {
    ...limits,
    rowsMax: 3,
    columnsMax: 4,
    rowBytesMax: 20,
    cellsMax: 12,
  };
  const measure = (text: string, over: Partial<ImportLimits> = {}) =>
    new FileMeter({ ...small, ...over }).measure(Buffer.from(text));

  const within: readonly (readonly [string, string])[] = [
    ['as many rows as are allowed beside the header', 'a\nb\nc\nd\n'],
    ['rows of which each ends with two characters', 'a\r\nb\r\nc\r\nd\r\n'],
    ['rows that go over several lines', 'a\n"b\n\n\r\n"\nc\nd'],
    ['as many columns as are allowed', 'a,b,c,d\n1,2,3,4'],
    ['commas in quotes', '"a,,,,,,",b\n'],
    ['quotes in quotes', '"a"",,,"",,",b\n'],
    ['a row as long as is allowed', `${'x'.repeat(19)}\n${'x'.repeat(20)}`],
    ['as many cells as are allowed', ',,\n,,\n,,\n,,\n'],
  ];
  test.each(within)('is %s', (_name, text) => {
    expect(measure(text)).toBeUndefined();
  });

  const beyond: readonly (readonly [string, string, number, string])[] = [
    ['one row more', 'a\nb\nc\nd\ne', 8, '3 rows'],
    ['an empty row more', 'a\r\n\r\n\r\n\r\n\r\n', 9, '3 rows'],
    ['a column more', 'a,b\n1,2,3,4,5', 4, '4 columns'],
    ['a column more behind a quote that is closed', '"a,b",,,,,', 0, '4 columns'],
    ['a byte more in a row', `a\n${'x'.repeat(21)}`, 2, '20 bytes'],
    ['a byte more in a quote', `a\n"${'\n'.repeat(20)}`, 2, 'A quote is opened'],
    ['a cell more', ',,\n,,\n,,\n,,,', 9, '12 cells'],
  ];
  test.each(beyond)('is not %s, and what comes before it is', (_name, text, at, why) => {
    const excess = measure(text);
    expect(excess?.at).toBe(at);
    expect(excess?.error.message).toContain(why);
  });

  test('does not depend on where the network cuts it', () => {
    const text = `a,b\r\n"x\r\n,,,,",b\r\n\r\n1,2,3,4,5\r\n`;
    for (let cut = 1; cut < text.length; cut += 1) {
      const meter = new FileMeter(small);
      const first = meter.measure(Buffer.from(text.slice(0, cut)));
      const excess = first ?? meter.measure(Buffer.from(text.slice(cut)));
      expect(excess?.error.message, `cut at ${cut}`).toContain('4 columns');
    }
  });

  test('tells what is wrong with a row in the middle, and imports what came before it', async () => {
    const server = await startImporter({ columnsMax: 6 });
    const client = await connect(server, 'ada');
    onTestFinished(() => client.socket.terminate());
    const { body } = await upload(
      server,
      'ada',
      `${HEADER}${goodRows(3)}a,b,c,d,e,f,g\n${goodRows(1)}`,
    );
    expect(body['total']).toBe(3);
    expect((await eventsOf(client)).at(-1)?.data).toMatchObject({
      code: 'file_broken',
      message:
        'A row has more than 6 columns: leave out those that nobody needs. Nothing after row 4 was read.',
    });
  });
});
