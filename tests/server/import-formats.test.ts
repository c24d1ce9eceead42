/** Contact lists as call centres have them: of every country's spreadsheet, and what is said about a guess. */
import { describe, expect, test } from 'vitest';
import { readColumnMap } from '../../web-demo/server/imports/reading/columns.js';
import {
  type ReadSettings,
  readContactFile,
} from '../../web-demo/server/imports/reading/contact-file.js';
import { readCountry } from '../../web-demo/server/imports/reading/phone-number.js';
import { FileRefused } from '../../web-demo/server/imports/reading/refusal.js';
import { defaultOptions } from '../../web-demo/server/options.js';
import { eventsOf, startImporter, stateOf, upload } from './support/imports.js';
import { connect, startServer } from './support/server.js';

function read(file: string | Buffer, settings: Partial<ReadSettings> = {}) {
  const all = { map: new Map(), country: undefined, encoding: undefined, ...settings };
  return readContactFile(Buffer.from(file), all, defaultOptions.imports);
}

function refusal(file: string | Buffer, settings: Partial<ReadSettings> = {}): FileRefused {
  try {
    read(file, settings);
  } catch (error) {
    if (error instanceof FileRefused) return error;
    throw error;
  }
  throw new Error('The file was read.');
}

const fieldsOf = (file: string, settings: Partial<ReadSettings> = {}) =>
  read(file, settings).form.columns.map(({ field }) => field);

describe('what stands between the columns', { timeout: 60_000 }, () => {
  const files: readonly (readonly [string, string, string])[] = [
    ['commas', 'name,phone\nMara,+12025550117\n', ','],
    ['semicolons', 'name;phone\nMara;+12025550117\n', ';'],
    ['tabs', 'name\tphone\nMara\t+12025550117\n', '\t'],
    ['bars', 'name|phone\nMara|+12025550117\n', '|'],
    ['what the first line says', 'sep=;\r\nname;phone\r\nMara;+12025550117\r\n', ';'],
    ['what a line in quotes says', '"sep=\t"\nname\tphone\nMara\t+12025550117\n', '\t'],
    ['semicolons beside more commas', 'name;phone;a,b,c,d\nMara;+12025550117;x\n', ';'],
    ['commas beside semicolons in quotes', '"a;b;c;d",name,phone\nx,Mara,+12025550117\n', ','],
  ];
  test.each(files)('may be %s', (_name, file, delimiter) => {
    const { form, rows } = read(file);
    expect(form.delimiter).toBe(delimiter);
    expect(rows).toMatchObject([{ cells: { name: 'Mara' }, phone: '+12025550117' }]);
  });

  test('is nothing that nobody uses', () => {
    expect(refusal('sep=#\nname#phone\n')).toMatchObject({ code: 'file_unreadable' });
  });

  test('does not change how rows are numbered', () => {
    expect(read('sep=;\nname;phone\nMara;+12025550117\nTheo;none\n').rows).toMatchObject([
      { row: 3 },
      { row: 4, problem: { code: 'phone_invalid' } },
    ]);
  });
});

describe('characters', { timeout: 60_000 }, () => {
  const text = 'Name;Telefon\nJörg Müller-Weiß;+4930123456\nÄnne Schäfer;+4930123457\n';
  const utf16 = Buffer.from(text, 'utf16le');
  const encodings: readonly (readonly [string, Buffer, string])[] = [
    ['UTF-8', Buffer.from(text), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`), 'utf-8'],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 the other way round', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'utf-16be'],
    ['UTF-16 without a mark', utf16, 'utf-16le'],
    ['UTF-16 the other way round, without a mark', Buffer.from(utf16).swap16(), 'utf-16be'],
    ['Windows-1252', Buffer.from(text, 'latin1'), 'windows-1252'],
  ];
  test.each(encodings)('of %s are read, and it is said that they were', (_name, file, encoding) => {
    const { form, rows, broken } = read(file);
    expect(form.encoding).toBe(encoding);
    expect(rows.map(({ cells }) => cells.name)).toEqual(['Jörg Müller-Weiß', 'Änne Schäfer']);
    expect(broken).toBeUndefined();
  });

  test('of one name with one accent are those of the west', () => {
    const { rows } = read(Buffer.from('name,phone\nJosé,+12025550117\n', 'latin1'));
    expect(rows[0]?.cells.name).toBe('José');
  });

  test('of another alphabet are told by their letters', () => {
    const people = ['Иван Петров', 'Мария Сидорова', 'Алексей Смирнов', 'Ольга Кузнецова'];
    const lines = people.map((name, index) => `${name};+7495123456${index}\n`);
    const file = Buffer.from([...`name;phone\n${lines.join('')}`].map(windows1251));
    expect(read(file).rows.map(({ cells }) => cells.name)).toEqual(people);
  });

  function windows1251(character: string): number {
    const code = character.charCodeAt(0);
    return code < 0x80 ? code : code - 0x410 + 0xc0;
  }

  test('are those that the sender says, whatever they look like', () => {
    const file = Buffer.from('name,phone\nCafé,+12025550117\n');
    expect(read(file, { encoding: 'latin1' })).toMatchObject({
      form: { encoding: 'windows-1252' },
      rows: [{ cells: { name: 'CafÃ©' } }],
    });
    expect(refusal(file, { encoding: 'klingon' })).toMatchObject({ code: 'encoding_invalid' });
  });

  const strangers: readonly (readonly [string, Buffer, string])[] = [
    ['a workbook', Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xfe]), 'is a workbook'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'is a workbook'],
    ['bytes of no text', Buffer.from('name,phone\0\nMara,1\n'), 'is no text'],
  ];
  test.each(strangers)('are none of %s, and it is said how to save it', (_name, file, why) => {
    const { code, message } = refusal(file);
    expect(code).toBe('file_unreadable');
    expect(message).toContain(why);
    expect(message).toContain('CSV UTF-8');
  });
});

describe('the first line', { timeout: 60_000 }, () => {
  const headers: readonly (readonly [string, string, readonly (string | null)[]])[] = [
    [
      'English',
      'Full Name,E-mail Address,Mobile Phone,Organisation',
      ['name', 'email', 'phone', 'company'],
    ],
    [
      'German',
      'Nachname;Vorname;Telefonnummer;Firma;Notiz',
      ['lastName', 'firstName', 'phone', 'company', null],
    ],
    [
      'French',
      'Prénom;Nom;Téléphone portable;Courriel;Société',
      ['firstName', 'lastName', 'phone', 'email', 'company'],
    ],
    [
      'Spanish',
      'Nombre;Apellidos;Teléfono móvil;Correo electrónico;Empresa',
      ['firstName', 'lastName', 'phone', 'email', 'company'],
    ],
    [
      'Portuguese',
      'Nome completo;Telemóvel;E-mail;Razão social',
      ['name', 'phone', 'email', 'company'],
    ],
    [
      'in capitals with underscores',
      'CUSTOMER_NAME,PHONE_NUMBER,EMAIL',
      ['name', 'phone', 'email'],
    ],
    [
      'of an address book',
      'First Name,Last Name,Business Phone,Mobile Phone',
      ['firstName', 'lastName', null, 'phone'],
    ],
  ];
  test.each(headers)('may be %s', (_name, header, fields) => {
    const row = fields.map((field) =>
      field === 'phone' ? '+12025550117' : field === 'email' ? 'a@example.com' : 'x',
    );
    const delimiter = header.includes(';') ? ';' : ',';
    expect(fieldsOf(`${header}\n${row.join(delimiter)}\n`)).toEqual(fields);
  });

  test('may have a name in two columns, which are put together', () => {
    const { rows } = read('Vorname;Name;Tel.\nMara;Jensen;+4930123456\n');
    expect(rows[0]?.cells.name).toBe('Mara Jensen');
  });

  test('that lacks a column lists those that are there, for a mapping', () => {
    expect(refusal('Wer;Tel;Notiz\nMara;+4930123456;x\n')).toMatchObject({
      code: 'columns_missing',
      details: {
        missing: ['name'],
        delimiter: ';',
        encoding: 'utf-8',
        columns: [
          { column: 'Wer', field: null },
          { column: 'Tel', field: 'phone' },
          { column: 'Notiz', field: null },
        ],
      },
    });
  });

  test('that has two columns for one field asks which is meant', () => {
    const file = 'name;Telefon;Phone\nMara;+4930123456;+4930123457\n';
    expect(refusal(file)).toMatchObject({ code: 'columns_ambiguous', details: { field: 'phone' } });
    const { rows } = read(file, { map: readColumnMap(['phone:Phone']) });
    expect(rows[0]?.phone).toBe('+4930123457');
  });

  test('is read by a mapping, whatever its words are', () => {
    const map = readColumnMap(['name: wer ,phone:Nummer, privat', 'email:post']);
    const { rows } = read('Wer;"Nummer, privat";POST\nMara;+4930123456;m@example.com\n', { map });
    expect(rows[0]).toMatchObject({
      cells: { name: 'Mara', email: 'm@example.com' },
      phone: '+4930123456',
    });
  });

  const mistakes: readonly (readonly [string, string])[] = [
    ['names a field that is none', 'telephone:Tel'],
    ['names a field twice', 'phone:Tel,phone:Mobil'],
    ['has no column', 'phone:'],
    ['has a name and its halves', 'name:Wer,firstName:Vorname'],
  ];
  test.each(mistakes)('is read by no mapping that %s', (_name, text) => {
    expect(() => readColumnMap([text])).toThrow('The mapping is none');
  });

  test('is read by no mapping of columns that are not there', () => {
    expect(refusal('name,phone\nMara,1\n', { map: readColumnMap(['name:Kunde']) })).toMatchObject({
      code: 'map_invalid',
      message: expect.stringContaining('"Kunde"'),
    });
  });
});

describe('a number', { timeout: 60_000 }, () => {
  const numbers: readonly (readonly [string, string, string])[] = [
    ['DE', '030 1234567', '+49301234567'],
    ['DE', '0171/2345678', '+491712345678'],
    ['FR', '01 23 45 67 89', '+33123456789'],
    ['US', '(202) 555-0117', '+12025550117'],
    ['ES', '612 345 678', '+34612345678'],
    ['BR', '(11) 96123-4567', '+5511961234567'],
    ['DE', '+44 20 7946 0018', '+442079460018'],
    ['DE', '49301234567.0', '+49301234567'],
  ];
  test.each(numbers)('of %s may be written %s', (country, written, phone) => {
    const { rows } = read(`name;phone\nMara;${written}\n`, { country: readCountry(country) });
    expect(rows[0]).toMatchObject({ phone });
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ['that a spreadsheet has rounded', '1.20256E+10', 'phone_rounded'],
    ['that is too short for its country', '0301', 'phone_invalid'],
    ['with a formula in it', '=1+2', 'phone_invalid'],
  ];
  test.each(wrong)('%s is refused', (_name, written, code) => {
    const { rows } = read(`name;phone\nMara;${written}\n`, { country: 'DE' });
    expect(rows[0]).toMatchObject({ problem: { code, field: 'phone' } });
    expect(rows[0]?.phone).toBeUndefined();
  });
});

describe('a name', { timeout: 60_000 }, () => {
  const names: readonly (readonly [string, string])[] = [
    ['that is turned around', 'Mara \u202eneseJ'],
    ['with a character that rings', 'Mara\u0007'],
    ['with a mark of a direction', 'Mara\u2066'],
  ];
  test.each(names)('%s is refused', (_name, name) => {
    expect(read(`name,phone,company\n${name},+12025550117,\n`).rows).toMatchObject([
      { problem: { code: 'name_characters' } },
    ]);
    expect(read(`name,phone,company\nMara,+12025550117,${name}\n`).rows).toMatchObject([
      { problem: { code: 'company_characters' } },
    ]);
  });

  test('may be one that a spreadsheet would compute', () => {
    expect(read('name,phone\n=Mara,+12025550117\n').rows).toMatchObject([
      { phone: '+12025550117' },
    ]);
  });
});

describe('over HTTP', { timeout: 60_000 }, () => {
  test('the answer says what was guessed, and the state does so later', async () => {
    const server = await startImporter();
    const client = await connect(server, 'ada');
    const file = Buffer.from('Kunde;Tel;Notiz\nJörg;030 1234567;x\n', 'latin1');
    const { status, body } = await upload(server, 'ada', file, {}, 'country=de&map=name:Kunde');
    const form = {
      encoding: 'windows-1252',
      delimiter: ';',
      country: 'DE',
      columns: [
        { column: 'Kunde', field: 'name' },
        { column: 'Tel', field: 'phone' },
        { column: 'Notiz', field: null },
      ],
    };
    expect(status).toBe(202);
    expect(body).toEqual({ importId: expect.any(String), total: 1, ...form });
    expect((await eventsOf(client)).at(-1)?.data).toMatchObject({ succeeded: 1 });
    expect((await stateOf(server, 'ada', body['importId'])).body).toMatchObject(form);
  });

  test('a list that cannot be read is answered by a code, and by what helps', async () => {
    const server = await startImporter();
    const answer = (file: string, query: string) => upload(server, 'ada', file, {}, query);
    expect(await answer('a;b\n1;2\n', '')).toMatchObject({
      status: 400,
      body: { code: 'columns_missing', missing: ['name', 'phone'], delimiter: expect.any(String) },
    });
    expect(await answer('name,phone\n', 'country=Germany')).toMatchObject({
      status: 400,
      body: { code: 'country_invalid' },
    });
    expect(await answer('name,phone\n', 'encoding=klingon')).toMatchObject({
      status: 400,
      body: { code: 'encoding_invalid' },
    });
    expect(await answer('name,phone\n', 'map=nonsense')).toMatchObject({
      status: 400,
      body: { code: 'map_invalid' },
    });
  });

  test('a server may know whose numbers its lists have', async () => {
    const server = await startServer({ importCountry: 'FR' });
    const client = await connect(server, 'ada');
    const { body } = await upload(server, 'ada', 'Nom;Tél\nZoé;01 23 45 67 89\n');
    expect(body['country']).toBe('FR');
    expect((await eventsOf(client)).at(-1)?.data).toMatchObject({ succeeded: 1, failed: 0 });
  });
});
