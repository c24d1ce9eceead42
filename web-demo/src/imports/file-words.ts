/** How a file was read, in words: what was guessed can only be corrected by whoever is told of it. */
import type { FileForm } from '../desk/imports.js';

export function describeForm({ encoding, delimiter, country, columns }: FileForm): string {
  const numbers =
    country === null
      ? 'numbers with a country code'
      : `national numbers of ${countryName(country)}`;
  const left = columns.filter(({ field }) => field === null).map(({ column }) => column);
  const parts = [encodingName(encoding), delimiterName(delimiter), numbers];
  return `Read as ${parts.join(', ')}.${left.length > 0 ? ` Left out: ${listed(left)}.` : ''}`;
}

const regions = new Intl.DisplayNames(['en'], { type: 'region' });

export function countryName(code: string): string {
  return regions.of(code) ?? code;
}

const ENCODINGS: Readonly<Record<string, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Western European text (Windows-1252)',
};

function encodingName(encoding: string): string {
  return ENCODINGS[encoding] ?? `text in ${encoding}`;
}

const DELIMITERS: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars',
};

function delimiterName(delimiter: string): string {
  return `${DELIMITERS[delimiter] ?? `“${delimiter}”`} between the columns`;
}

/** A sentence has room for so many. */
const LISTED_MAX = 4;

function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, LISTED_MAX)
    .map((name) => (name === '' ? 'one without a name' : name));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
