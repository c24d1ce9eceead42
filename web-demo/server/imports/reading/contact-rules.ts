/**
 * What a row of a contact list must say: its way to a contact, or to a sentence about what is wrong
 * with it. Pure; knows no file, no user and no other row.
 */
import type { Columns } from './columns.js';
import { type CountryCode, readPhone } from './phone-number.js';
import type { ContactCells, Judgement, RowProblem } from './row.js';

/** Longer is not a name but a slipped column. */
const TEXT_CHARACTERS_MAX = 200;
/** RFC 5321, a path without its brackets. */
const EMAIL_CHARACTERS_MAX = 254;
/** More than any column may have, so that what is cut to it is still seen to be too long. */
const CELL_CHARACTERS_KEPT = 256;
/** The HTML standard's own pattern for `<input type=email>`, so that page and server agree. */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
/** Nobody sees them, and they make a name read as another: RLO turns it around. */
const INVISIBLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** The cells that are asked for and nothing else of the row, which may be long. */
export function pickCells(columns: Columns, row: readonly string[]): ContactCells {
  const cell = (...indices: readonly (number | undefined)[]) =>
    readCell(indices.map((index) => (index === undefined ? '' : (row[index] ?? ''))).join(' '));
  return {
    name: cell(...columns.name),
    phone: cell(columns.phone),
    email: cell(columns.email),
    company: cell(columns.company),
  };
}

/**
 * What `refused.csv` puts before a cell that a spreadsheet would compute, so that such a file can be
 * mended and sent again.
 */
const SAFETY_MARK = /^'(?=[=+\-@])/;

function readCell(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(SAFETY_MARK, '').slice(0, CELL_CHARACTERS_KEPT);
}

export function judgeRow(
  columns: Columns,
  row: readonly string[],
  cells: ContactCells,
  country: CountryCode | undefined,
): Judgement {
  const phone = readPhone(cells.phone, country);
  // In the order in which people look at the columns.
  const problem =
    shapeProblem(columns, row) ??
    textProblem('name', cells.name) ??
    ('problem' in phone ? phone.problem : undefined) ??
    emailProblem(cells.email) ??
    textProblem('company', cells.company);
  return problem === undefined ? phone : { problem };
}

function shapeProblem({ count }: Columns, row: readonly string[]): RowProblem | undefined {
  const isEmptyBehind = row.slice(count).every((cell) => cell.trim() === '');
  if (row.length === count || (row.length > count && isEmptyBehind)) return undefined;
  const message = `The row has ${row.length} columns, the first line ${count}: put text in quotes that has the separator in it.`;
  return { code: 'columns', message };
}

function textProblem(field: 'name' | 'company', text: string): RowProblem | undefined {
  if (field === 'name' && text === '') {
    return { code: 'name_missing', message: 'The name is missing.', field };
  }
  if (text.length > TEXT_CHARACTERS_MAX) {
    const message = `The ${field} has more than ${TEXT_CHARACTERS_MAX} characters.`;
    return { code: `${field}_too_long`, message, field };
  }
  if (INVISIBLE.test(text)) {
    const message = `The ${field} has characters in it that nobody can see: enter it again.`;
    return { code: `${field}_characters`, message, field };
  }
  return undefined;
}

function emailProblem(email: string): RowProblem | undefined {
  if (email === '') return undefined;
  if (email.length <= EMAIL_CHARACTERS_MAX && EMAIL.test(email)) return undefined;
  const message = 'The e-mail address is not one: write it like name@example.com, or leave it out.';
  return { code: 'email_invalid', message, field: 'email' };
}
