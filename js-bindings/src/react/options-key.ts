// Which options make another connection necessary, as one string that can be compared.
//
// Options are usually written in place and are a new object on every render: what counts is their
// content. Functions count by being there, since the newest is always the one that is called.
import { isLogLevel } from '../client/log.js';
import type { ConnectionOptions } from '../client/types.js';

const isObject = (value: unknown) => typeof value === 'object' && value !== null;

/**
 * What an existing connection takes in without being dialled again, where it is right: who is signed in, what
 * is logged, and bytes, which are the module's and not the link's. A wrong one counts, so that
 * another one is looked at anew.
 */
const uncounted: Readonly<Record<string, (value: unknown) => boolean>> = {
  identity: () => true,
  log: (value) => typeof value === 'function',
  logLevel: isLogLevel,
  wasmBinary: isObject,
};

export function optionsKey(options: ConnectionOptions): string {
  try {
    return JSON.stringify(options, (name, value: unknown) => {
      if (Object.hasOwn(uncounted, name) && uncounted[name]?.(value)) return undefined;
      if (typeof value === 'function') return 'function';
      // JSON has no word for these, and a wrong option must reach the check that names it.
      if (typeof value === 'bigint' || typeof value === 'number') return String(value);
      return isPlainObject(value) ? sorted(value) : value;
    });
  } catch (unreadable) {
    // Rendering must not fail for an option that goes in circles: the check that names it comes later.
    return String(unreadable);
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
