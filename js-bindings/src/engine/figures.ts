// What a connection can be asked for: its figures and its flight recorder's lines.
//
// Types, and what there is to say before anything is known.
import { type CorePhase, noFigures } from '../generated/status.js';

/** Round trips of the present endpoint; null where nothing was measured yet. */
export interface Quality {
  readonly rttMs: number | null;
  /** Over the last 50. */
  readonly rttP50Ms: number | null;
  readonly rttP95Ms: number | null;
  /** RFC 3550, 6.4.1. */
  readonly jitterMs: number | null;
  /** Share of the last 20 pings that went unanswered, 0 to 1. */
  readonly loss: number | null;
  readonly grade: 'good' | 'fair' | 'poor' | 'unknown';
}

/** Figures that change with every frame: read on demand, never part of a status. */
export interface Metrics {
  readonly quality: Quality;
  readonly queued: { readonly messages: number; readonly bytes: number };
  /** Messages handed to an open, usable socket. */
  readonly sent: number;
  /** Frames that arrived, of every kind. */
  readonly frames: number;
  /** Events handed to subscribers, by type. */
  readonly received: Readonly<Record<string, number>>;
  readonly delivered: number;
  /** Events that nobody subscribed to. */
  readonly dropped: number;
  /** Events that had come before, and were not handed over again. */
  readonly duplicates: number;
  /** Events that the server counts as sent and that did not arrive. */
  readonly lostOnLink: number;
  /** Stretches of the event stream that are missing: what `onGap` was told of. */
  readonly gaps: number;
  readonly malformed: number;
  /** Payloads that did not fit their type, where `validate` is on. */
  readonly invalid: number;
  readonly dials: number;
  /** Bytes handed to a socket and still unsent when its link died. */
  readonly unconfirmed: number;
  readonly lastMessageAt: number | null;
  readonly sleptMs: number;
  readonly uptimeMs: number;
  readonly timeToUsableMs: number | null;
  /** Waits, by the kind of error that caused them; kinds that caused none are absent. */
  readonly retries: Readonly<Record<string, number>>;
  readonly backlog: Backlog;
}

/** With `host: 'worker'`: events that wait for a page that is busy. All zero with `host: 'page'`. */
export interface Backlog {
  /** How many wait now. */
  readonly events: number;
  /** States that a newer one took the place of while they waited. */
  readonly coalesced: number;
  /** The oldest, given up because more would not have been bounded. */
  readonly lost: number;
}

/** One line of the flight recorder. */
export interface TransitionLine {
  readonly at: number;
  readonly from: CorePhase;
  readonly to: CorePhase;
  readonly trigger: string;
  readonly attempt: number;
  readonly cause: string;
}

export const noMetrics: Metrics = {
  ...noFigures,
  quality: { ...noFigures.quality, grade: 'unknown' },
  received: {},
  retries: {},
  backlog: { events: 0, coalesced: 0, lost: 0 },
};
