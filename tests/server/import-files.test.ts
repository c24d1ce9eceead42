/** Which contact lists are taken, which rows of them are not, and the reason given. */
import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { readContactFile } from '../../web-demo/server/imports/reading/contact-file.js';
import { defaultOptions } from '../../web-demo/server/options.js';
import { eventsOf, goodRows, HEADER, startImporter, stateOf, upload } from './support/imports.js';
import { connect, tokenFor } from './support/server.js';

describe('a row', { timeout: 60_000 }, () => {
  /** Its problem and its number, as its file was read. */
  const judge = (lines: string, country?: 'DE' | 'US') =>
    readContactFile(
      Buffer.from(HEADER + lines),
      { map: new Map(), country, encoding: undefined },
      defaultOptions.imports,
    ).rows;

  const mistakes: readonly (readonly [string, string, string, string])[] = [
    ['without a name', ' ,+12025550117,,', 'name_missing', 'name is missing'],
    ['with a name that goes on', `${'x'.repeat(201)},+12025550117,,`, 'name_too_long', '200'],
    ['without a phone number', 'Mara,,,', 'phone_missing', 'phone number is missing'],
    ['without a country code', 'Mara,202 555 0117,,', 'phone_invalid', 'country code'],
    ['with letters in its number', 'Mara,+1 202 555 0117 ext 3,,', 'phone_invalid', 'digits'],
    ['with a plus inside', 'Mara,+1+2025550117,,', 'phone_invalid', 'digits'],
    ['with too few digits', 'Mara,+120255,,', 'phone_invalid', '6 of at least 7'],
    ['with too many digits', 'Mara,+1202555011712345,,', 'phone_invalid', '16 of at most 15'],
    ['with a number for home', 'Mara,+44 (0)20 7946 0018,,', 'phone_invalid', '(0)'],
    [
      'with a number that goes on',
      `Mara,+1${'-'.repeat(300)}2025550117,,`,
      'phone_invalid',
      '64 characters',
    ],
    ['with +0', 'Mara,+02025550117,,', 'phone_invalid', '+0'],
    ['without an @', 'Mara,+12025550117,mara.example.com,', 'email_invalid', 'name@example.com'],
    [
      'with a space in its address',
      'Mara,+12025550117,m a@example.com,',
      'email_invalid',
      'e-mail',
    ],
    ['that ends early', 'Mara,+12025550117', 'columns', '2 columns, the first line 4'],
    ['that goes on', 'Mara,+12025550117,,Harbour, Ltd.', 'columns', '5 columns'],
    [
      'with a company that goes on',
      `Mara,+12025550117,,${'x'.repeat(201)}`,
      'company_too_long',
      '200',
    ],
  ];
  test.each(mistakes)('%s is refused with a reason', (_name, line, code, reason) => {
    expect(judge(`${line}\n`)).toMatchObject([
      { row: 2, problem: { code, message: expect.stringContaining(reason) } },
    ]);
  });

  test('that is refused is told to all tabs of its user, and numbered', async () => {
    const server = await startImporter();
    const client = await connect(server, 'ada');
    const { body } = await upload(server, 'ada', `${HEADER}Mara,none,,\n`);
    expect((await eventsOf(client))[0]).toMatchObject({
      type: 'import_error',
      data: {
        importId: body['importId'],
        row: 2,
        code: 'phone_invalid',
        message: expect.stringContaining('digits'),
      },
    });
  });

  test('may write its number in the ways people do', () => {
    const numbers = ['+12025550101', '+1 202 555 0102', '+1 (202) 555-0103', '+1.202.555.0104'];
    const more = ['+1/202/5550105', '+1\u00a0202\u00a05550106', '+1 202\u2011555\u20130107'];
    const rows = judge([...numbers, ...more].map((each) => `Mara,${each},,\n`).join(''));
    expect(rows.map(({ phone }) => phone)).toEqual(
      rows.map((_, index) => `+1202555010${index + 1}`),
    );
  });

  test('twice the same number, however it is written, is a duplicate within its tenant', async () => {
    const server = await startImporter();
    const [client, other] = [await connect(server, 'ada'), await connect(server, 'chen')];
    const colleague = await connect(server, 'bruno');
    const file = `${HEADER}Mara,+1 202 555 0117,,\nTheo,+1-202-555-0117,,\n`;
    await upload(server, 'ada', file);
    const own = await eventsOf(client);
    expect(own[0]).toMatchObject({ type: 'import_error', data: { row: 3, code: 'duplicate' } });
    await upload(server, 'chen', file);
    expect((await eventsOf(other)).at(-1)?.data).toMatchObject({ succeeded: 1, failed: 1 });
    await upload(server, 'bruno', file);
    expect((await eventsOf(colleague)).at(-1)?.data).toMatchObject({ succeeded: 0, failed: 2 });
  });

  test('is numbered as a spreadsheet does it', () => {
    const lines = [
      '"Jensen,\nMara",+12025550101,,', // one row, though it takes two lines
      '',
      ',,,',
      'Theo,none,,',
      'Priya,+12025550102,,\r',
      'Jonas,none,,',
    ];
    const rows = judge(`${lines.join('\n')}\n`);
    expect(rows.flatMap(({ row, problem }) => (problem ? [row] : []))).toEqual([5, 7]);
    expect(rows[0]?.cells.name).toBe('Jensen, Mara');
  });

  test('that is wrong is told one by one up to a bound, and counted beyond it', async () => {
    const server = await startImporter({ errorsTold: 3 });
    const client = await connect(server, 'ada');
    const { body } = await upload(server, 'ada', HEADER + 'Mara,none,,\n'.repeat(10));
    const events = await eventsOf(client);
    expect(events.filter(({ type }) => type === 'import_error')).toHaveLength(3);
    expect(events.at(-1)?.data).toMatchObject({ succeeded: 0, failed: 10 });
    const state = await stateOf(server, 'ada', body['importId']);
    expect(state.body).toMatchObject({ errorsOmitted: 7, failed: 10 });
    expect(state.body['errors']).toHaveLength(3);
  });

  test('finds no place where a tenant has as many contacts as are kept', async () => {
    const server = await startImporter({ contactsPerTenantMax: 2 });
    const client = await connect(server, 'ada');
    await upload(server, 'ada', HEADER + goodRows(3));
    expect((await eventsOf(client))[0]?.data).toMatchObject({ row: 4, code: 'contacts_full' });
  });
});

describe('a file', { timeout: 60_000 }, () => {
  test('may have its columns in any order and case, others beside them, and a mark', async () => {
    const server = await startImporter();
    const client = await connect(server, 'ada');
    const file = '\ufeffNotes, PHONE ,Name\r\n"a ""quoted"" note",+12025550117,Łukasz Müller\r\n';
    expect((await upload(server, 'ada', file)).body['total']).toBe(1);
    expect((await eventsOf(client)).at(-1)?.data).toMatchObject({ succeeded: 1 });
  });

  test('that is broken in its middle is imported up to there, and told of without a row', async () => {
    const server = await startImporter();
    const client = await connect(server, 'ada');
    const { status, body } = await upload(server, 'ada', `${HEADER}${goodRows(40)}Mara,"+1202\n`);
    expect(status).toBe(202);
    expect(body['total']).toBe(40);
    const [progress, error] = (await eventsOf(client)).slice(-2);
    expect(progress?.data).toMatchObject({ processed: 40, total: 40, succeeded: 40 });
    expect(error?.data).toEqual({
      importId: body['importId'],
      code: 'file_broken',
      message: 'A quote is opened and never closed. Nothing after row 41 was read.',
    });
    await client.settle();
    expect(client.unread).toEqual([]);
    expect((await stateOf(server, 'ada', body['importId'])).body).toMatchObject({
      state: 'failed',
      problem: error?.data['message'],
    });
  });

  const breaks: readonly (readonly [string, string | Buffer, string])[] = [
    [
      'bytes that are not UTF-8 among such that are',
      Buffer.concat([
        Buffer.from('Zoé,+12025550190,,\n'),
        Buffer.from('Jos\xe9,+12,,\n', 'latin1'),
      ]),
      'CSV UTF-8',
    ],
    ['a quote in the middle of a cell', 'Mara "M" J,+12025550117,,\n', 'write it twice'],
    ['text after a quote', '"Mara" J,+12025550117,,\n', 'write it twice'],
    ['a row without an end', `"${'x'.repeat(70_000)}`, 'not closed for too long'],
  ];
  test.each(breaks)('with %s is broken there, and says so', async (_name, tail, why) => {
    const server = await startImporter();
    const client = await connect(server, 'ada');
    const bytes = Buffer.concat([Buffer.from(HEADER + goodRows(2)), Buffer.from(tail)]);
    expect((await upload(server, 'ada', bytes)).status).toBe(202);
    const last = (await eventsOf(client)).at(-1);
    expect(last).toMatchObject({ type: 'import_error', data: { code: 'file_broken' } });
    expect(last?.data['message']).toContain(why);
  });

  const strangers: readonly (readonly [string, string | Buffer, string])[] = [
    ['that is empty', '', 'is empty'],
    ['without the columns', 'sku,price\nA1,20\n', 'lacks the columns "name" and "phone"'],
    ['without one of them', 'name,email\nMara,m@example.com\n', 'lacks the column "phone"'],
    ['without rows', HEADER, 'no rows'],
    ['that opens a quote at once', 'name,"phone\nMara,+12025550117\n', 'never closed'],
  ];
  test.each(strangers)('%s is answered with 400 and what is expected', async (_name, file, why) => {
    const server = await startImporter();
    const { status, body } = await upload(server, 'ada', file);
    expect(status).toBe(400);
    expect(body['error']).toContain(why);
    if (file !== HEADER) expect(body['error']).toContain('"name" and "phone"');
    expect((await upload(server, 'ada', HEADER + goodRows(1))).status).toBe(202);
  });

  test('of another type is answered with 415', async () => {
    const server = await startImporter();
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'text/plain']) {
      const { status } = await upload(server, 'ada', HEADER, { 'Content-Type': type });
      expect(status, type).toBe(415);
    }
    const withCharset = { 'Content-Type': 'Text/CSV; charset=utf-8' };
    expect((await upload(server, 'ada', HEADER + goodRows(1), withCharset)).status).toBe(202);
  });

  test('that says it is too large is refused unread, and the connection serves the next', async () => {
    const server = await startImporter({ fileBytesMax: 1000 });
    const { status, body } = await upload(server, 'ada', HEADER + goodRows(2000));
    expect(status).toBe(413);
    expect(body['error']).toContain('1000 bytes');
    expect((await upload(server, 'ada', HEADER + goodRows(1))).status).toBe(202);
  });

  test('that turns out too large is refused, and what it goes on sending is thrown away', async () => {
    const server = await startImporter({ fileBytesMax: 100_000 });
    const outgoing = request(`${server.url}/api/imports`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await tokenFor(server, 'ada')}`,
        'Content-Type': 'text/csv',
      },
    });
    outgoing.write(HEADER + goodRows(5000));
    const [response] = await once(outgoing, 'response');
    expect(response.statusCode).toBe(413);
    response.resume();
    // As a browser does, it sends to the end before it looks at the answer.
    outgoing.end(Buffer.alloc(4 * 1024 * 1024));
    await once(outgoing, 'finish');
    expect((await upload(server, 'ada', HEADER + goodRows(1))).status).toBe(202);
  });

  test('with too many rows is answered with 413', async () => {
    const server = await startImporter({ rowsMax: 10 });
    const { status, body } = await upload(server, 'ada', HEADER + goodRows(11));
    expect(status).toBe(413);
    expect(body['error']).toContain('10 rows');
    expect((await upload(server, 'ada', HEADER + goodRows(10))).status).toBe(202);
  });
});
