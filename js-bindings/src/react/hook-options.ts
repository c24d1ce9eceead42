// What a hook's own options may be.
import { ConnectionError } from '../client/errors.js';

/** Throws `option_invalid` for a number out of its range, which `range` says in words. */
export function checkNumber(name: string, value: unknown, fits: boolean, range: string): void {
  if (fits) return;
  const detail = `${name} must be ${range}, not ${value}`;
  throw new ConnectionError('option_invalid', { detail });
}
