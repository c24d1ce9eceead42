// Options on their way out: to the core by the rows of its table, and to diagnostics without secrets.
import { hasTokenProviderRow, hasUrlProviderRow, pageRow } from '../generated/options.js';
import { namedRows } from './options.js';
import type { ConnectionOptions } from './types.js';

const memberOf = (given: unknown, name: string): unknown =>
  (given as Readonly<Record<string, unknown>> | undefined)?.[name];

/** What the core is given: the options of its table by their rows, and what it must know besides. */
export function optionRows(options: ConnectionOptions): [row: number, value: number | string][] {
  const rows: [number, number | string][] = [
    [hasTokenProviderRow, Number(options.getToken !== undefined)],
    [hasUrlProviderRow, Number(typeof options.url === 'function')],
  ];
  for (const [number, [name, row]] of namedRows().entries()) {
    const value = name.split('.').reduce<unknown>(memberOf, options);
    if (value === undefined || typeof value === 'function') continue;
    if (row.length === 2) rows.push([number, row[1].indexOf(value as string)]);
    else rows.push([number, typeof value === 'string' ? value : Number(value)]);
  }
  // A worker's own location is that of its script.
  const page = options.page ?? (options.host === 'worker' ? globalThis.location?.href : undefined);
  if (page !== undefined) rows.push([pageRow, page]);
  return rows;
}

const addressCharactersMax = 200;
const addressNames = /^(url|page|.+Url)$/;

/** Options as diagnostics may show them: nothing secret, nothing that is no JSON. */
export function shownOptions(options: ConnectionOptions): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      if (typeof value === 'function') return [name, 'a function'];
      if (addressNames.test(name)) {
        const address = String(value)
          .replace(/[?#].*$/s, '')
          .replace(/\/\/[^/]*@/, '//');
        return [name, address.slice(0, addressCharactersMax)];
      }
      const isPrivate = name === 'wasmBinary' || (name === 'identity' && value !== null);
      return [name, isPrivate ? 'given' : value];
    }),
  );
}
