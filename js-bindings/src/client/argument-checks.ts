// What is wrong with what a member of the connection was called with, said at once.
import { refuseOption } from './errors.js';
import { utf8Length } from './utf8.js';

const typeBytesMax = 64;

/** Options as they come, from whoever may have no compiler. */
interface Unchecked {
  readonly batch?: unknown;
  readonly coalesceBy?: unknown;
}

/** Throws `option_invalid` for what is no pattern, no handler or no such option. */
export function checkSubscription(
  pattern: unknown,
  handler: unknown,
  { batch, coalesceBy }: Unchecked = {},
): void {
  const plain = typeof pattern === 'string' ? pattern.replace(/\*$/, '') : '*';
  const wrong =
    plain.includes('*') || pattern === '' || utf8Length(plain) > typeBytesMax
      ? "a pattern is a type of 1 to 64 bytes, a prefix with one trailing '*', or '*'"
      : typeof handler !== 'function'
        ? 'the handler is no function'
        : batch !== undefined && batch !== 'frame'
          ? "batch must be 'frame'"
          : coalesceBy !== undefined && !(batch && /^(str|func)/.test(typeof coalesceBy))
            ? "coalesceBy, a name or a function, goes with batch: 'frame'"
            : null;
  if (wrong) refuseOption('subscribe:', wrong);
}

/** Throws `option_invalid` for what is no number of failures. */
export function checkFailures(failures: unknown): void {
  if (Number.isInteger(failures) && (failures as number) >= 1 && (failures as number) < 2 ** 31)
    return;
  refuseOption('drawWait:', 'failures must be an integer from 1');
}

/** Throws `option_invalid` for what is nobody's key. */
export function checkIdentity(identity: unknown): void {
  if (identity === null || typeof identity === 'string') return;
  refuseOption('identity', 'must be a string or null');
}
