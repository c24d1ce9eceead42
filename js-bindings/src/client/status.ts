// A status as applications read it: one shape a phase, so that asking for the phase tells the rest.
//
// Types only. What goes with which phase is the core's own table (wasm/core/state.cpp).
import type { CorePhase, Delivery, Environment, Reason, State } from '../generated/status.js';
import type { ConnectionError } from './errors.js';

/** What the connection is doing. `loading` is the WebAssembly module's own way to the page. */
export type Phase = 'loading' | CorePhase;

/** What every status has. Times are wall-clock ms. */
interface AnyStatus {
  readonly state: State;
  readonly phase: Phase;
  readonly reason: Reason | null;
  /** Which wait of `maxAttempts` this is; 0 before the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly nextRetryAt: number | null;
  /** When `state` began. */
  readonly since: number;
  /** What went wrong last; stays until the next `ready`. */
  readonly error: ConnectionError | null;
  /** Whether `reconnect()` has something to offer to a person. */
  readonly canRetry: boolean;
  /** What is dialled, without its query; null where there is none yet. */
  readonly endpoint: string | null;
  readonly environment: Environment | null;
  /**
   * True only while `state` is `connected`: nothing at all has come over this link, although an answer is
   * overdue. Nobody knows whether anything gets through.
   */
  readonly unproven: boolean;
  /**
   * Of the event stream, where the server keeps a log of it: null elsewhere, and without a link. Only
   * `live` says that nothing is missing but what `onGap` was told of.
   */
  readonly delivery: Delivery | null;
}

/** The module is on its way; it is tried again at `nextRetryAt` where that failed. */
export interface LoadingStatus extends AnyStatus {
  readonly phase: 'loading';
  readonly state: 'connecting' | 'reconnecting' | 'disconnected';
  readonly reason: null;
}

/** Nobody asked for a link, or nobody is signed in. */
export interface IdleStatus extends AnyStatus {
  readonly phase: 'idle';
  readonly state: 'disconnected';
  readonly reason: 'signed_out' | null;
  readonly nextRetryAt: null;
}

/** A token is waited for, or a socket is opening, or open and not usable yet. */
export interface DiallingStatus extends AnyStatus {
  readonly phase: 'authenticating' | 'dialling';
  readonly state: 'connecting' | 'reconnecting' | 'disconnected';
  readonly reason: 'exhausted' | null;
  readonly nextRetryAt: null;
}

/** Usable. */
export interface ReadyStatus extends AnyStatus {
  readonly phase: 'ready';
  readonly state: 'connected';
  readonly reason: null;
  readonly nextRetryAt: null;
}

/** The next dial is planned. */
export interface WaitingStatus extends AnyStatus {
  readonly phase: 'waiting';
  readonly state: 'connecting' | 'reconnecting' | 'disconnected';
  readonly reason: 'exhausted' | null;
  readonly nextRetryAt: number;
}

/** All attempts are used up; a slow probe goes on, unless it was turned off. */
export interface SuspendedStatus extends AnyStatus {
  readonly phase: 'suspended';
  readonly state: 'disconnected';
  readonly reason: 'exhausted';
}

/** The page is frozen, or in the back-forward cache. */
export interface PausedStatus extends AnyStatus {
  readonly phase: 'paused';
  readonly state: 'disconnected';
  readonly reason: 'page_hidden';
  readonly nextRetryAt: null;
}

/** Stopped by the server's policy, by authentication or by an option: `error` says which. */
export interface RefusedStatus extends AnyStatus {
  readonly phase: 'refused';
  readonly state: 'disconnected';
  readonly reason: 'refused';
  readonly nextRetryAt: null;
}

/** The application said so. */
export interface ClosedStatus extends AnyStatus {
  readonly phase: 'closed';
  readonly state: 'disconnected';
  readonly reason: 'application';
  readonly nextRetryAt: null;
}

/**
 * An immutable snapshot: the same object until one of its members changes. `phase` tells the shapes apart:
 * `waiting` has a `nextRetryAt`, `ready` is `connected`.
 */
export type Status =
  | LoadingStatus
  | IdleStatus
  | DiallingStatus
  | ReadyStatus
  | WaitingStatus
  | SuspendedStatus
  | PausedStatus
  | RefusedStatus
  | ClosedStatus;
