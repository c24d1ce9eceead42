/** Files that cost more than they weigh: refused before they are parsed, and nobody waits for those that are not. */
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type ReadSettings,
  readContactFile,
} from '../../web-demo/server/imports/reading/contact-file.js';
import { measureText, type TextLimits } from '../../web-demo/server/imports/reading/text-meter.js';
import { defaultOptions } from '../../web-demo/server/options.js';
import { eventsOf, goodRows, HEADER, startImporter, upload } from './support/imports.js';
import { connect } from './support/server.js';

const limits = defaultOptions.imports;
const MEBIBYTE = 1024 * 1024;
const settings: ReadSettings = { map: new Map(), country: undefined, encoding: undefined };
const read = (file: string | Buffer) => readContactFile(Buffer.from(file), settings, limits);

describe('an upload that is little but separators', () => {
  const wide = ','.repeat(9 * MEBIBYTE);
  const attacks: readonly (readonly [string, string, number, string])[] = [
    ['a header of millions of cells', `name,phone${wide}`, 400, '200 columns'],
    ['a row of millions of cells', `name,phone\nA${wide}`, 400, '200 columns'],
    [
      'cells in millions on lines in quotes',
      `name,phone\n${`${','.repeat(150)}"\n"`.repeat(9000)}`,
      400,
      '200 columns',
    ],
    [
      'rows in millions that are only commas',
      `name,phone\n${',,,,,\n'.repeat(1_500_000)}`,
      413,
      '50000 rows, empty ones counted',
    ],
    [
      'rows in millions that are only semicolons',
      `sep=;\nname;phone\n${';;;;;\n'.repeat(1_500_000)}`,
      413,
      '50000 rows, empty ones counted',
    ],
    [
      'lines in millions that are empty',
      `name,phone\n${'\n'.repeat(9 * MEBIBYTE)}`,
      413,
      '50000 rows, empty ones counted',
    ],
    [
      'more cells than are read',
      `name,phone${','.repeat(98)}\n${`${','.repeat(99)}\n`.repeat(40_000)}`,
      413,
      '2000000 cells',
    ],
    ['one line without an end', 'x'.repeat(9 * MEBIBYTE), 400, '65536 characters'],
    [
      'a quote without an end',
      `name,phone\n"${',\n'.repeat(4 * MEBIBYTE)}`,
      400,
      'not closed for too long',
    ],
  ];

  // Megabytes take as long to pass as the machine is busy.
  test.each(attacks)(
    'with %s costs its sender an answer, and nobody else the link',
    {
      timeout: 60_000,
    },
    async (_name, file, status, why) => {
      const server = await startImporter();
      const bystander = await connect(server, 'chen');
      const answered = upload(server, 'ada', file);
      bystander.send({ type: 'ping', id: why });
      expect(await bystander.next()).toMatchObject({ type: 'pong', id: why });
      const answer = await answered;
      expect(answer.status).toBe(status);
      expect(answer.body['error']).toContain(why);
      expect((await upload(server, 'ada', HEADER + goodRows(1))).status).toBe(202);
    },
  );
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

  test('are where a file that is damaged UTF-8 is read up to', () => {
    const good = 'name,phone\rMara,+12025550101\rTheo,€\r';
    const bytes = Buffer.concat([Buffer.from(good), Buffer.from('Jos\xe9,1\rMara,2\r', 'latin1')]);
    const file = read(bytes);
    expect(file.rows.map(({ cells }) => cells.name)).toEqual(['Mara', 'Theo']);
    expect(file.broken).toContain('CSV UTF-8');
    expect(file.broken).toContain('Nothing after row 3 was read');
  });

  test('that never come after a character that is begun are no UTF-8 either', () => {
    const bytes = Buffer.concat([
      Buffer.from('name,phone\nMéra,1\nTheo'),
      Buffer.from([0xe2, 0x82]),
    ]);
    const file = read(bytes);
    expect(file.rows).toHaveLength(1);
    expect(file.broken).toContain('CSV UTF-8');
  });
});

describe('what a file may hold', () => {
  const small: TextLimits = { rowsMax: 3, columnsMax: 4, rowCharactersMax: 20, cellsMax: 12 };
  const measure = (text: string, delimiter = ',') => measureText(text, delimiter, small);

  const within: readonly (readonly [string, string, number])[] = [
    ['as many rows as are allowed beside the header', 'a\nb\nc\nd\n', 4],
    ['rows of which each ends with two characters', 'a\r\nb\r\nc\r\nd\r\n', 4],
    ['rows that go over several lines', 'a\n"b\n\n\r\n"\nc\nd', 4],
    ['as many columns as are allowed', 'a,b,c,d\n1,2,3,4', 2],
    ['commas in quotes', '"a,,,,,,",b\n', 1],
    ['quotes in quotes', '"a"",,,"",,",b\n', 1],
    ['a row as long as is allowed', `${'x'.repeat(20)}\n${'x'.repeat(20)}`, 2],
    ['as many cells as are allowed', ',,\n,,\n,,\n,,\n', 4],
  ];
  test.each(within)('is %s', (_name, text, rows) => {
    expect(measure(text)).toEqual({ end: text.length, rows, broken: undefined });
  });

  test('is counted by the delimiter that the file has', () => {
    expect(measure('a,b,c,d,e,f\n', ';')).toMatchObject({ broken: undefined });
    expect(measure('a;b;c;d;e\n', ';').broken).toContain('4 columns');
  });

  const broken: readonly (readonly [string, string, number, string])[] = [
    ['a column more', 'a,b\n1,2,3,4,5', 4, '4 columns'],
    ['a column more behind a quote that is closed', '"a,b",,,,,', 0, '4 columns'],
    ['a character more in a row', `a\n${'x'.repeat(21)}`, 2, '20 characters'],
    ['a character more in a quote', `a\n"${'\n'.repeat(20)}`, 2, 'A quote is opened'],
  ];
  test.each(broken)('is not %s, and what comes before it is', (_name, text, end, why) => {
    expect(measure(text)).toMatchObject({ end, broken: expect.stringContaining(why) });
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ['one row more', 'a\nb\nc\nd\ne', '3 rows'],
    ['an empty row more', 'a\r\n\r\n\r\n\r\n\r\n', '3 rows'],
    ['a cell more', ',,\n,,\n,,\n,,,', '12 cells'],
  ];
  test.each(refused)('is not %s', (_name, text, why) => {
    expect(() => measure(text)).toThrow(why);
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
