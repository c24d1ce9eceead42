// When events are missing, by whatever way the connection tells it.
import type { Position, Unsubscribe } from '../client/types.js';
import type { QueryConnection } from './types.js';

/** `isOpen`: it is not known yet where the stream goes on, and is told again, or nothing was missing. */
export type MissingListener = (to: Position | null, spreadMs: number, isOpen: boolean) => void;

/**
 * Once for each stretch of a server with a log, with where the stream goes on; and after each outage of one
 * without. One reconnection may tell of both.
 */
export function onMissing(
  connection: Pick<QueryConnection, 'onGap' | 'onReconnected' | 'onStatus'>,
  listener: MissingListener,
): Unsubscribe {
  let toldSinceLoss = false;
  const undo = [
    connection.onGap(({ to, spreadMs }) => {
      toldSinceLoss = true;
      listener(to, spreadMs, to === null);
    }),
    connection.onReconnected(({ missed }) => {
      // The gap that says more has been told before.
      if (missed === 'unknown' && !toldSinceLoss) listener(null, 0, false);
      toldSinceLoss = false;
    }),
    connection.onStatus(({ phase }) => {
      if (phase !== 'ready') toldSinceLoss = false;
    }),
  ];
  return () => {
    for (const each of undo) each();
  };
}
