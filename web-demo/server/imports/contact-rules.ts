/**
 * What a contact list must look like: its columns, and one row's way to a contact or to a sentence
 * about what is wrong with it. Pure; knows no file, no user and no other row.
 */
export interface Contact {
  readonly name: string;
  /** E.164: a plus and 7 to 15 digits. */
  readonly phone: string;
  readonly email?: string;
  readonly company?: string;
}

export interface RowProblem {
  readonly code: RowProblemCode;
  readonly message: string;
}

export type RowProblemCode =
  | 'columns'
  | 'name_missing'
  | 'name_too_long'
  | 'phone_missing'
  | 'phone_invalid'
  | 'email_invalid'
  | 'company_too_long'
  | 'duplicate'
  | 'contacts_full';

/** Where each column is in the file; the ones we do not know are ignored. */
export interface Columns {
  readonly count: number;
  readonly name: number;
  readonly phone: number;
  readonly email: number | undefined;
  readonly company: number | undefined;
}

/** What one row says in the columns that we know. */
export interface ContactCells {
  /** How many cells it has in all. */
  readonly count: number;
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly company: string;
}

export const EXPECTED_COLUMNS =
  'Expected is a first line with the columns "name" and "phone", and if you like "email" and "company", separated by commas.';

/** Longer is not a name but a slipped column; it also bounds what a tenant can make us keep. */
const TEXT_CHARACTERS_MAX = 200;
/** RFC 5321, a path without its brackets. */
const EMAIL_CHARACTERS_MAX = 254;
/** More than any column may have, so that what is cut to it is still seen to be too long. */
const CELL_CHARACTERS_KEPT = 256;
/** The HTML standard's own pattern for `<input type=email>`, so that page and server agree. */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
/** Spaces of every kind, hyphens and dashes, dots, slashes, brackets. */
const PHONE_SEPARATORS = /[\s\p{Zs}\p{Pd}./()]/gu;
/** Shorter is an extension or a service number, which nobody can be called on from elsewhere. */
const PHONE_DIGITS_MIN = 7;
/** ITU-T E.164. */
const PHONE_DIGITS_MAX = 15;
/** All digits there may be, each between separators. */
const PHONE_CHARACTERS_MAX = 64;

export function readColumns(header: readonly string[]): Columns | { readonly problem: string } {
  const names = header.map((cell) => cell.trim().toLowerCase());
  for (const name of ['name', 'phone', 'email', 'company']) {
    if (names.indexOf(name) !== names.lastIndexOf(name)) {
      return { problem: `The column "${name}" is there twice. ${EXPECTED_COLUMNS}` };
    }
  }
  const [name, phone] = [names.indexOf('name'), names.indexOf('phone')];
  if (name === -1 || phone === -1) {
    const missing = ['name', 'phone'].filter((column) => !names.includes(column));
    const other = names.length === 1 && /[;\t]/.test(names[0] ?? '');
    const why = other
      ? 'The columns are separated by something else than commas'
      : `The file lacks the column ${missing.map((column) => `"${column}"`).join(' and ')}`;
    return { problem: `${why}. ${EXPECTED_COLUMNS}` };
  }
  const optional = (column: string) => {
    const index = names.indexOf(column);
    return index === -1 ? undefined : index;
  };
  const [email, company] = [optional('email'), optional('company')];
  return { count: names.length, name, phone, email, company };
}

/** The cells that are asked for and nothing else of the row, which may be 64 KiB of other columns. */
export function pickCells(columns: Columns, cells: readonly string[]): ContactCells {
  const cell = (index: number | undefined) =>
    index === undefined ? '' : keepCell(cells[index] ?? '');
  return {
    count: cells.length,
    name: cell(columns.name),
    phone: cell(columns.phone),
    email: cell(columns.email),
    company: cell(columns.company),
  };
}

/** A copy where it is cut: a part of a string keeps the whole of it in memory. */
function keepCell(text: string): string {
  const kept = text.trim().slice(0, CELL_CHARACTERS_KEPT);
  return kept.length === text.length ? text : Buffer.from(kept).toString();
}

export function readContact(columns: Columns, cells: ContactCells): Contact | RowProblem {
  if (cells.count !== columns.count) {
    const message = `The row has ${cells.count} columns, the first line ${columns.count}: put text with commas in quotes.`;
    return { code: 'columns', message };
  }
  const { name, email, company } = cells;
  const phone = readPhone(cells.phone);
  const problem = nameProblem(name) ?? phone.problem ?? emailProblem(email);
  if (problem !== undefined) return problem;
  if (company.length > TEXT_CHARACTERS_MAX) {
    return tooLong('company_too_long', 'company');
  }
  return {
    name,
    phone: phone.number,
    ...(email === '' ? {} : { email }),
    ...(company === '' ? {} : { company }),
  };
}

export function isContact(outcome: Contact | RowProblem): outcome is Contact {
  return 'phone' in outcome;
}

function nameProblem(name: string): RowProblem | undefined {
  if (name === '') return { code: 'name_missing', message: 'The name is missing.' };
  return name.length > TEXT_CHARACTERS_MAX ? tooLong('name_too_long', 'name') : undefined;
}

function tooLong(code: RowProblemCode, column: string): RowProblem {
  return { code, message: `The ${column} has more than ${TEXT_CHARACTERS_MAX} characters.` };
}

function emailProblem(email: string): RowProblem | undefined {
  if (email === '') return undefined;
  if (email.length <= EMAIL_CHARACTERS_MAX && EMAIL.test(email)) return undefined;
  const message = 'The e-mail address is not one: write it like name@example.com, or leave it out.';
  return { code: 'email_invalid', message };
}

/** The number without its separators, or what is wrong with it. */
function readPhone(text: string): { number: string; problem?: RowProblem } {
  const number = text.replace(PHONE_SEPARATORS, '');
  const invalid = (message: string) => ({
    number,
    problem: { code: 'phone_invalid' as const, message },
  });
  if (number === '') {
    return { number, problem: { code: 'phone_missing', message: 'The phone number is missing.' } };
  }
  if (text.length > PHONE_CHARACTERS_MAX) {
    return invalid(`The phone number has more than ${PHONE_CHARACTERS_MAX} characters.`);
  }
  if (/[^+\d]/.test(number) || number.lastIndexOf('+') > 0) {
    return invalid('The phone number has more in it than digits: write it like +12025550117.');
  }
  if (!number.startsWith('+')) {
    return invalid('The phone number has no country code: begin it with +, like +12025550117.');
  }
  if (/\(0\)/.test(text)) {
    return invalid('The phone number has a (0) that is dialled only at home: leave it out.');
  }
  const digits = number.length - 1;
  if (digits < PHONE_DIGITS_MIN) {
    return invalid(
      `The phone number has too few digits: ${digits} of at least ${PHONE_DIGITS_MIN}.`,
    );
  }
  if (digits > PHONE_DIGITS_MAX) {
    return invalid(
      `The phone number has too many digits: ${digits} of at most ${PHONE_DIGITS_MAX}.`,
    );
  }
  if (number.startsWith('+0')) {
    return invalid('The phone number begins with +0, and no country code does.');
  }
  return { number };
}
