// What a person is shown of a status: its state, what it means for them, and what went wrong.
//
// It has no words: those are the labels' part, in any language.
import type { State, Status } from '../../client/types.js';
import type { ConnectionError, ConnectionErrorKind } from '../../index.js';

/**
 * `unconfirmed`: connected, as far as anybody can say, and nothing has come over the link. `catching_up`:
 * connected, and events are missing that come now, or of which nobody knows yet whether they will.
 */
export type Display = State | 'unconfirmed' | 'catching_up';

export function displayOf({ state, unproven, delivery }: Status): Display {
  if (state !== 'connected') return state;
  if (unproven) return 'unconfirmed';
  return (delivery ?? 'live') === 'live' ? 'connected' : 'catching_up';
}

/** What a status means for what is on the screen, and what a person can do about it. */
export type Situation =
  | 'live'
  | 'unconfirmed'
  /** What was missed comes now. */
  | 'catchingUp'
  /** Some of it does not come, and nobody knows yet how much. */
  | 'interrupted'
  | 'connecting'
  /** What live updates need has not been loaded, and is tried again by itself. */
  | 'notLoadedYet'
  /** The same after a while; a person may try it, too. */
  | 'notLoaded'
  /** The same, and nothing but loading the page anew can mend it. */
  | 'reloadNeeded'
  | 'reconnecting'
  /** A planned break: nothing is wrong. */
  | 'resuming'
  | 'signedOut'
  | 'closedByPage'
  | 'resting'
  /** Nothing happens by itself any more, or not soon. */
  | 'retryOffered'
  | 'signInNeeded'
  | 'accessNeeded'
  | 'elsewhere'
  /** Only a change of the page or of its server helps. */
  | 'brokenPage'
  | 'stopped';

export function situationOf(status: Status): Situation {
  const display = displayOf(status);
  switch (display) {
    case 'connected':
      return 'live';
    case 'unconfirmed':
      return 'unconfirmed';
    case 'catching_up':
      return status.delivery === 'interrupted' ? 'interrupted' : 'catchingUp';
    case 'connecting':
      if (status.phase === 'loading' && status.error) return whileNotLoaded(status);
      return isPlanned(status.error) ? 'resuming' : 'connecting';
    case 'reconnecting':
      return isPlanned(status.error) ? 'resuming' : 'reconnecting';
    case 'disconnected':
      return whileDisconnected(status);
  }
}

const isPlanned = (error: ConnectionError | null): boolean =>
  error?.kind === 'restarting' || error?.kind === 'token_expired';

function whileNotLoaded({ state, error, canRetry, nextRetryAt }: Status): Situation {
  if (error && error.kind !== 'wasm_unavailable') return afterRefusal(error.kind, canRetry);
  if (!canRetry && nextRetryAt === null) return 'reloadNeeded';
  return state === 'connecting' ? 'notLoadedYet' : 'notLoaded';
}

function whileDisconnected(status: Status): Situation {
  const { phase, reason, error, canRetry } = status;
  switch (reason) {
    case 'signed_out':
      return 'signedOut';
    case 'application':
      return 'closedByPage';
    case 'page_hidden':
      return 'resting';
    case 'exhausted':
    case 'refused':
    case null:
      if (phase === 'loading') return whileNotLoaded(status);
      return afterRefusal(error?.kind, canRetry);
  }
}

function afterRefusal(kind: ConnectionErrorKind | undefined, canRetry: boolean): Situation {
  switch (kind) {
    case 'endpoint_invalid':
    case 'insecure_endpoint':
    case 'endpoint_blocked':
    case 'option_invalid':
    case 'token_invalid':
      return 'brokenPage';
    case 'auth_rejected':
      return 'signInNeeded';
    case 'forbidden':
      return 'accessNeeded';
    case 'replaced':
      return 'elsewhere';
    default:
      return canRetry ? 'retryOffered' : 'stopped';
  }
}

/**
 * What went wrong, where that explains the state. An end that somebody wished for needs no error, and
 * one of before it is no news: whoever has signed out is not told that a sign-in was rejected.
 */
export function shownError({ reason, error }: Status): ConnectionError | null {
  const wished = reason === 'signed_out' || reason === 'application' || reason === 'page_hidden';
  return wished ? null : error;
}
