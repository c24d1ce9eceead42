// What a server needs of an event log, whoever keeps it: one stream a tenant, numbered without holes. Types,
// and how a position is written; knows no memory, no network and no socket.

import type { Answers } from './answers.js';

/** What is written to a log. */
export interface LogEvent {
  readonly tenant: string;
  readonly to: 'tenant' | { readonly users: readonly string[] };
  readonly type: string;
  /** The payload as JSON; empty where there is none. */
  readonly json: string;
  readonly trace?: string | undefined;
  /** The same id again within ten minutes writes nothing, and is answered with the first one's position. */
  readonly id?: string | undefined;
  /** Of entries with one key, readers that catch up get the newest only. */
  readonly coalesce?: string | undefined;
}

export interface LogEntry extends Omit<LogEvent, 'tenant'> {
  /** From 1 on; 0 of one that is in no log, and was delivered all the same. */
  readonly seq: number;
  /** Wall-clock ms. */
  readonly at: number;
}

/** Beside what is written, of an entry and of each addressee. */
const overheadBytes = { entry: 200, user: 40 } as const;

/** What an entry takes in memory, about: its payload, and whom it is for, of whom there may be many. */
export function weightOf({ json, to, trace = '', coalesce = '' }: LogEntry): number {
  let bytes = overheadBytes.entry + json.length + trace.length + coalesce.length;
  if (to === 'tenant') return bytes;
  for (const user of to.users) bytes += overheadBytes.user + user.length;
  return bytes;
}

/** One tenant's stream: entries `floor` to `head` can be read, none where `floor` is `head` + 1. */
export interface StreamState {
  readonly epoch: string;
  readonly head: number;
  readonly floor: number;
}

/** Where an event stands. */
export interface Written {
  /** Null of one that is in no log, which a log may deliver while it is away. */
  readonly position: string | null;
  /** Its id was written before: this is where. */
  readonly repeat: boolean;
}

/**
 * Something new: the entry, or null where that is not known, as when an epoch begins. Hints may be lost, late or
 * repeated.
 */
export type LogHint = (epoch: string, entry: LogEntry | null) => void;

/**
 * How the nodes of one log talk to each other beside its streams. Best effort: what is said may be lost, and all hear
 * what they hear in one order. Nothing of it throws.
 */
export interface NodeBus {
  /** This node's own, and never another's: no two servers share one bus. */
  readonly id: string;
  /**
   * To all nodes, or to one. What is said to all comes back to whoever said it: that is how a node knows that the
   * bus works.
   */
  send(message: string, to?: string): void;
  /** What it returns takes the listener off. */
  listen(hear: (from: string, message: string) => void): () => void;
}

export interface EventLog {
  /** Where there are other nodes. */
  readonly nodes?: NodeBus | undefined;
  /** Resolves when it is written; rejects where it is not known to be. */
  publish(event: LogEvent): Promise<Written>;
  /** Creates the tenant's stream where there is none; a new one has a new epoch. */
  open(tenant: string): Promise<StreamState>;
  /** Consecutive entries from `after` + 1, at most `limit`; begins at the floor where those are gone. */
  read(tenant: string, after: number, limit: number): Promise<readonly LogEntry[]>;
  /** Hints at what is new. What it resolves to takes it off. */
  watch(tenant: string, hint: LogHint): Promise<() => void>;
  /** Called when the log goes away, and when it is back. */
  onAvailable(listener: (isUp: boolean) => void): void;
  close(): Promise<void>;
  /** What became of messages, where more nodes than one have this log. */
  readonly answers?: Answers;
}

export interface LogPosition {
  readonly epoch: string;
  readonly seq: number;
}

export const writePosition = ({ epoch, seq }: LogPosition): string => `${epoch}.${seq}`;

/** Null for what no log has written. */
export function readPosition(text: unknown): LogPosition | null {
  const [, epoch, digits] =
    (typeof text === 'string' && /^([A-Za-z0-9_-]{1,16})\.([1-9][0-9]{0,15})$/.exec(text)) || [];
  const seq = Number(digits);
  return epoch !== undefined && Number.isSafeInteger(seq) ? { epoch, seq } : null;
}
