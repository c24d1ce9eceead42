// What `ready()` promises: a usable link, or why nobody need wait for one.
import { ConnectionError } from './errors.js';
import type { Store } from './store.js';
import type { ReadyOptions, Status } from './types.js';

/** Why no link will come by itself, as things are; null where one may. `wanted`: whether one was asked for. */
export function whyNever(status: Status, wanted: boolean): ConnectionError | null {
  const { phase, reason, error, canRetry } = status;
  if (phase === 'loading') return canRetry ? null : error;
  const stopped = phase === 'refused' || phase === 'suspended';
  const unasked = !wanted && (phase === 'idle' || phase === 'closed');
  if (!stopped && !unasked && reason !== 'signed_out') return null;
  return (stopped && error) || new ConnectionError('disconnected');
}

/** Always settles, and is no unhandled rejection where nobody looks. */
export function whenReady(
  { get, subscribe }: Pick<Store<Status>, 'get' | 'subscribe'>,
  hopeless: (status: Status) => ConnectionError | null,
  { signal, timeoutMs }: ReadyOptions = {},
): Promise<Status> {
  const promise = new Promise<Status>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      stop();
    };
    const fail = (reason: unknown) => {
      end();
      reject(reason);
    };
    const abort = () => fail(signal?.reason);
    const look = (status: Status) => {
      const why = hopeless(status);
      if (why) fail(why);
      else if (status.phase === 'ready') {
        end();
        resolve(status);
      }
    };
    const stop = subscribe(look);
    signal?.addEventListener('abort', abort);
    // A time that no timer can wait for is none.
    if (timeoutMs !== undefined && timeoutMs < 2 ** 31) {
      const detail = `not usable within ${timeoutMs} ms`;
      timer = setTimeout(fail, timeoutMs, new ConnectionError('connect_timeout', { detail }));
    }
    if (signal?.aborted) abort();
    else look(get());
  });
  promise.catch(() => undefined);
  return promise;
}
