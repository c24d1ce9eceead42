// Options on their way out: to the core by the rows of its table, and to diagnostics without secrets.
import { internalRows, optionTable } from '../generated/options.js';
import { flatten } from './options.js';
import type { ConnectionOptions } from './types.js';

/** What the core is given: the options of its table by their rows, and what it must know besides. */
export function optionRows(options: ConnectionOptions): [row: number, value: number | string][] {
  const flat = flatten(options);
  const rows: [number, number | string][] = [
    [internalRows.hasTokenProvider, Number(options.getToken !== undefined)],
    [internalRows.hasUrlProvider, Number(typeof options.url === 'function')],
  ];
  optionTable.forEach((row, number) => {
    const value = flat.get(row[0]);
    if (value === undefined || typeof value === 'function') return;
    if (row[1] === 'string') rows.push([number, value as string]);
    else if (row[1] === 'choice') rows.push([number, row[3].indexOf(value as string)]);
    else rows.push([number, Number(value)]);
  });
  // A worker's own location is that of its script.
  const elsewhere = options.host === 'worker' && typeof location === 'object';
  const page = options.page ?? (elsewhere ? location.href : undefined);
  if (page !== undefined) rows.push([internalRows.page, page]);
  return rows;
}

const addressCharactersMax = 200;

/** Options as diagnostics may show them: nothing secret, nothing that is no JSON. */
export function shownOptions(options: ConnectionOptions): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      if (typeof value === 'function') return [name, 'a function'];
      if (name === 'url' || name === 'wasmUrl' || name === 'workerUrl' || name === 'page') {
        const address = String(value)
          .replace(/[?#].*$/s, '')
          .replace(/\/\/[^/]*@/, '//');
        return [name, address.slice(0, addressCharactersMax)];
      }
      if (name === 'wasmBinary') return [name, 'given'];
      if (name === 'identity') return [name, value === null ? null : 'given'];
      return [name, value];
    }),
  );
}
