// Which options make another connection necessary, as one string that can be compared.
//
// Options are usually written in place and are a new object on every render: what counts is their
// content. Functions count by being there, since the newest is always the one that is called.
import type { ConnectionOptions } from '../client/types.js';

/** Who is signed in changes an existing connection, and bytes are the module's, not the link's. */
const uncounted: ReadonlySet<string> = new Set(['identity', 'wasmBinary']);

export function optionsKey(options: ConnectionOptions): string {
  return JSON.stringify(options, (name, value: unknown) => {
    if (uncounted.has(name)) return undefined;
    if (typeof value === 'function') return 'function';
    // JSON has no word for these, and a wrong option must reach the check that names it.
    if (typeof value === 'bigint' || typeof value === 'number') return String(value);
    return isPlainObject(value) ? sorted(value) : value;
  });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
