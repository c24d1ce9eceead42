// What an application asks of whichever connection its provider has at that moment.

import { checkSubscription } from '../client/argument-checks.js';
import { SendError } from '../client/errors.js';
import type { SubscribeOptions } from '../client/types.js';
import { undoneBy } from '../client/undone-by.js';
import type { Link, LinkedConnection } from './link.js';

export interface Commands {
  /** For effects: returns what undoes it. Throws `option_invalid` for what can be no subscription. */
  readonly subscribe: LinkedConnection['subscribe'];
  /** Rejects with a `SendError`; one that nobody looks at is no unhandled rejection. */
  readonly send: LinkedConnection['send'];
  /** As `send` with `ack`, and the result alone. */
  readonly request: LinkedConnection['request'];
  readonly connect: () => void;
  readonly reconnect: () => void;
  readonly disconnect: () => void;
}

export function commandsOf(link: Link): Commands {
  return {
    subscribe: subscribeTo(link) as unknown as Commands['subscribe'],
    send: sendTo(link),
    request: (...message) => link.connection()?.request(...message) ?? withoutConnection(link),
    connect: () => link.connection()?.connect(),
    reconnect: () => link.connection()?.reconnect(),
    disconnect: () => link.connection()?.disconnect(),
  };
}

/**
 * The connection's own promise: one that is made of it would be rejected on its own account, and
 * whoever does not look at the outcome would be told of an unhandled rejection.
 */
export function sendTo(link: Link): Commands['send'] {
  return (...message) => link.connection()?.send(...message) ?? withoutConnection(link);
}

function withoutConnection(link: Link): Promise<never> {
  const { error, reason } = link.status();
  const off = reason === 'application' ? 'the provider has enabled={false}' : null;
  const why =
    error?.message ??
    off ??
    'the provider is not mounted yet, or not any more: call send from an effect or an event handler';
  const rejected = Promise.reject(new SendError('disconnected', why));
  rejected.catch(() => undefined);
  return rejected;
}

function subscribeTo(link: Link) {
  return (pattern: string, handler: (given: never) => void, options?: SubscribeOptions) => {
    checkSubscription(pattern, handler, options);
    const signal = options?.signal;
    if (signal?.aborted) return () => {};
    const detach = link.attach((connection) =>
      connection.subscribe(pattern, handler as never, options as never),
    );
    return undoneBy(signal, detach);
  };
}
