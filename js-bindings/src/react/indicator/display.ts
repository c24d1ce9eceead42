// What the indicator shows: the connection's states, and the one of them that must not be taken for live.
import type { State, Status } from '../../client/types.js';

/** `unconfirmed`: connected, as far as anybody can say, and nothing has come over the link. */
export type Display = State | 'unconfirmed';

export function displayOf({ state, unproven }: Status): Display {
  return state === 'connected' && unproven ? 'unconfirmed' : state;
}
