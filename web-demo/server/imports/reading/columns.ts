/**
 * Finds the columns of a contact list: by the words of its first line, or by what its sender says.
 * Pure; knows no row but the first.
 */
import {
  BARE_NAMES,
  COLUMN_WORDS,
  CONTACT_FIELDS,
  type ContactField,
  plainWord,
} from './column-words.js';
import { FileRefused, type RefusalCode } from './refusal.js';

/** Where each column is in the file; the ones we do not know are ignored. */
export interface Columns {
  readonly count: number;
  /** Of one column, or of two whose cells make a name together. */
  readonly name: readonly number[];
  readonly phone: number;
  readonly email: number | undefined;
  readonly company: number | undefined;
}

/** A column as its file calls it, and what it was taken for. */
export interface ColumnFound {
  readonly column: string;
  readonly field: ContactField | null;
}

/** Which column its sender means for a field, by the words of the first line. */
export type ColumnMap = ReadonlyMap<ContactField, string>;

const KNOWN_WORDS: ReadonlySet<string> = new Set(Object.values(COLUMN_WORDS).flat(2));

/** Whether a first line that has it is one of a contact list. */
export function isKnownColumn(cell: string, map: ColumnMap): boolean {
  return (
    KNOWN_WORDS.has(plainWord(cell)) || [...map.values()].some((column) => isSame(cell, column))
  );
}

/** As its sender reads it: neither case nor outer spaces matter. */
function isSame(cell: string, column: string): boolean {
  return cell.trim().toLowerCase() === column.trim().toLowerCase();
}

export interface ReadHeader {
  readonly columns: Columns;
  readonly found: readonly ColumnFound[];
}

export const EXPECTED_COLUMNS =
  'Expected is a first line with the columns "name" and "phone", and if you like "email" and "company".';

/** A column's name is shown to a person; what is longer is a text. */
const COLUMN_NAME_CHARACTERS_MAX = 100;

/** Throws a `FileRefused` that lists the columns where the needed ones are not among them. */
export function readHeader(header: readonly string[], map: ColumnMap): ReadHeader {
  const taken = new Map<number, ContactField>();
  for (const [field, column] of map) take(taken, field, mappedColumn(header, taken, column));
  // A name that was mapped is all there is to it.
  const isNamed = map.has('name') || map.has('firstName') || map.has('lastName');
  for (const field of CONTACT_FIELDS) {
    const isName = field === 'name' || field === 'firstName' || field === 'lastName';
    if (map.has(field) || (isName && isNamed)) continue;
    const index = likelyColumn(header, taken, field);
    if (index !== undefined) take(taken, field, index);
  }
  settleName(header, taken, map);
  const columns = columnsOf(header, taken);
  return { columns, found: describeColumns(header, taken) };
}

type Taken = Map<number, ContactField>;

function take(taken: Taken, field: ContactField, index: number): void {
  taken.set(index, field);
}

function mappedColumn(header: readonly string[], taken: Taken, column: string): number {
  const index = header.findIndex((cell, at) => isSame(cell, column) && !taken.has(at));
  if (index !== -1) return index;
  const again = header.some((cell) => isSame(cell, column));
  throw columnError(
    header,
    taken,
    again
      ? `The mapping names the column "${shown(column)}" twice: give each field a column of its own.`
      : `The file has no column "${shown(column)}", which the mapping names: write it as the first line does.`,
    'map_invalid',
  );
}

/** The one of the highest rank; two of the same rank are for a person to tell apart. */
function likelyColumn(
  header: readonly string[],
  taken: Taken,
  field: ContactField,
): number | undefined {
  const plain = header.map(plainWord);
  for (const rank of COLUMN_WORDS[field]) {
    const [first, second] = plain.flatMap((word, index) =>
      rank.includes(word) && !taken.has(index) ? [index] : [],
    );
    if (first !== undefined && second !== undefined) {
      const [one, other] = [shown(header[first]), shown(header[second])];
      throw columnError(
        header,
        taken,
        `The column "${field}" is there twice: "${one}" and "${other}". Say which is meant, with map=${field}:${one} in the address, or delete one.`,
        'columns_ambiguous',
        { field },
      );
    }
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Of a whole name and its halves, which of them is meant. */
function settleName(header: readonly string[], taken: Taken, map: ColumnMap): void {
  const at = (field: ContactField) => [...taken].find(([, each]) => each === field)?.[0];
  const [name, first, last] = [at('name'), at('firstName'), at('lastName')];
  if (name === undefined) return;
  const isBare = !map.has('name') && BARE_NAMES.has(plainWord(header[name] ?? ''));
  if (isBare && first !== undefined && last === undefined) taken.set(name, 'lastName');
  else if (isBare && last !== undefined && first === undefined) taken.set(name, 'firstName');
  else for (const half of [first, last]) if (half !== undefined) taken.delete(half);
}

function columnsOf(header: readonly string[], taken: Taken): Columns {
  const at = (field: ContactField) => [...taken].find(([, each]) => each === field)?.[0];
  const [whole, first, last] = [at('name'), at('firstName'), at('lastName')];
  const name = [whole, first, last].filter((index) => index !== undefined);
  const phone = at('phone');
  if (name.length === 0 || phone === undefined) {
    const missing = [
      ...(name.length === 0 ? ['name'] : []),
      ...(phone === undefined ? ['phone'] : []),
    ];
    throw columnError(
      header,
      taken,
      `The file lacks the column${missing.length > 1 ? 's' : ''} ${missing.map((column) => `"${column}"`).join(' and ')}. ${EXPECTED_COLUMNS} Or say which is which, with map=name:…,phone:… in the address. The columns found: ${listed(header)}.`,
      'columns_missing',
      { missing },
    );
  }
  return { count: header.length, name, phone, email: at('email'), company: at('company') };
}

function columnError(
  header: readonly string[],
  taken: Taken,
  message: string,
  code: RefusalCode,
  details: Readonly<Record<string, unknown>> = {},
): FileRefused {
  return new FileRefused(code, message, { ...details, columns: describeColumns(header, taken) });
}

function describeColumns(header: readonly string[], taken: Taken): ColumnFound[] {
  return header.map((cell, index) => ({ column: shown(cell), field: taken.get(index) ?? null }));
}

/** A sentence has room for so many; the rest is in the answer's `columns`. */
const COLUMNS_LISTED_MAX = 10;

function listed(header: readonly string[]): string {
  const names = header.slice(0, COLUMNS_LISTED_MAX).map((cell) => `"${shown(cell)}"`);
  const more = header.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function shown(cell = ''): string {
  return [...cell.trim().replace(/\p{C}/gu, '')].slice(0, COLUMN_NAME_CHARACTERS_MAX).join('');
}

/** A comma belongs to a column's name unless the next field begins behind it. */
const BETWEEN_FIELDS = new RegExp(`,(?=\\s*(?:${CONTACT_FIELDS.join('|')}):)`);

/** Reads `name:Kunde,phone:Tel`. */
export function readColumnMap(texts: readonly string[]): ColumnMap {
  const map = new Map<ContactField, string>();
  for (const entry of texts.flatMap((text) => text.split(BETWEEN_FIELDS))) {
    const colon = entry.indexOf(':');
    const field = CONTACT_FIELDS.find((known) => known === entry.slice(0, colon).trim());
    const column = entry.slice(colon + 1).trim();
    if (field === undefined || column === '' || map.has(field)) throw invalidMap();
    map.set(field, column);
  }
  if (map.has('name') && (map.has('firstName') || map.has('lastName'))) throw invalidMap();
  return map;
}

function invalidMap(): FileRefused {
  const fields = CONTACT_FIELDS.join(', ');
  return new FileRefused(
    'map_invalid',
    `The mapping is none: write map=name:Kunde,phone:Tel, with each of the fields ${fields} at most once, and either the name or its halves.`,
  );
}
