// What a connection and the engine that runs its module say to each other, in the page or across to a
// worker.
//
// Types only. Everything here is plain, but for a WebSocket of the application's: it may be copied from
// one thread to another. Commands go in,
// facts come out, both in order; neither is answered by a return value.
import type { EnvelopeNames } from './envelope.js';
import type { RealtimeEvent } from './event.js';
import type { Said } from './reports.js';

/** Tickets are the connection's own numbers, made before the module has any. */
export type Command =
  | readonly ['connect' | 'disconnect' | 'reconnect' | 'tokenChanged']
  | readonly ['setIdentity', identity: string, somebody: boolean]
  | readonly ['subscribe' | 'unsubscribe', pattern: string]
  | readonly [
      'send',
      ticket: number,
      type: string,
      data: string,
      id: string,
      ttlMs: number,
      ack: boolean,
    ]
  | readonly ['resumeFrom', position: string]
  /** What the page has kept of whom `positionWanted` named; '' where it has nothing. */
  | readonly ['keptPosition', position: string]
  | readonly ['drawWait', ticket: number, failures: number]
  | readonly ['token', request: number, token: string, protocols: string, address: string]
  | readonly ['tokenAbsent', request: number]
  | readonly ['tokenFailed', request: number, why: string, ofAddress: boolean]
  | readonly ['pageSignal', signal: number]
  | readonly ['blocked', uri: string];

export type Fact =
  | readonly ['status', said: Said]
  /** `attempt`: of the dial that it is for; below zero: it renews a token. */
  | readonly ['requestToken', request: number, forceRefresh: boolean, attempt: number]
  | readonly ['abandonToken', request: number]
  /** The last three are of messages that wait for the server's word; `detail` is JSON, or empty. */
  | readonly [
      'settle',
      ticket: number,
      outcome: number,
      at: number,
      sentAt: number,
      id: string,
      detail: string,
    ]
  | readonly ['identityChanged']
  | readonly ['reconnected', downMs: number, identityChanged: boolean, missed: number]
  /** Positions; empty where there is none. */
  | readonly ['gap', from: string, to: string, reason: number, spreadMs: number]
  /** Which build of itself a server has named, on each link. */
  | readonly ['serverBuild', build: string]
  /** Where does the stream of this user go on? Answered by `keptPosition`, or not waited for any longer. */
  | readonly ['positionWanted', tenant: string, user: string]
  /** Below zero: no further try is made. */
  | readonly ['waitDrawn', ticket: number, ms: number]
  | readonly ['log', level: number, text: string];

export interface EngineListener {
  told(fact: Fact): void;
  event(event: RealtimeEvent): void;
  /** It was ended because it answers no more. */
  lost(why: string, tellAfterLoss: TellAfterLoss): void;
}

/** As much of a status as a loss changes. */
interface ShownStatus {
  readonly state: string;
  readonly phase: string;
  readonly since: number;
}

/**
 * Of the status that a lost engine left, makes the function that is told what follows, and that tells it
 * as it is to be shown. `over`: another engine has taken over, with a link after so long, or null where
 * there was none before.
 */
export type TellAfterLoss = <Status extends ShownStatus>(
  left: Status,
  tell: (status: Status) => void,
  over: (downMs: number | null) => void,
) => (status: Status) => void;

/** What an engine is made from, the module aside. */
export interface EngineSetup {
  /** Rows of the option table that were given, and the internal ones. */
  readonly rows: readonly (readonly [row: number, value: number | string])[];
  /** The subprotocols of a dial without a token, one a line. */
  readonly protocols: string;
  /** Null: nobody is signed in; undefined: the application does not say. */
  readonly identity: string | null | undefined;
  readonly names: EnvelopeNames;
  readonly maxMessageBytes: number;
  /** The page keeps positions beyond its own life. */
  readonly keepsPosition: boolean;
  /** In place of the global one; it cannot leave its thread. */
  readonly WebSocket?: unknown;
}

/** Events that wait to cross from a worker, and what became of those that could not wait. */
export interface BacklogFigures {
  readonly events: number;
  readonly coalesced: number;
  readonly lost: number;
}

/** What an engine is asked for; `ackWindow`: one number, for how many ms the server knows the ids of messages. */
export type Report = 'metrics' | 'diagnostics' | 'position' | 'ackWindow';

export interface Engine {
  /**
   * What follows from them is told when all of them are carried out. `forgets`: no event that came
   * before them may be handed over any more, wherever it is.
   */
  handle(commands: readonly Command[], forgets?: boolean): void;
  /** The newest that is known of what reports.ts reads; empty before anything is. */
  ask(report: Report): Said;
  /** Where events wait to cross. */
  backlog?(): BacklogFigures;
  /** Leaves no socket, timer or object behind; tells nothing any more. */
  dispose(): void;
}

/** What starting an engine rejects with where it cannot take the setup. */
export interface SetupRefusal extends Error {
  /** The number of the option's row, or -1 for several together. */
  readonly row: number;
}
