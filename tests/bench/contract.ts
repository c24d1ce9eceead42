// What the benchmark's parts agree upon: what a client is, what a page is told and what it answers.
//
// Types only, and the few names that both sides spell.
import type { ComponentType } from 'react';

/** An event as a client hands it over; what else it holds is the client's business. */
export interface BenchEvent {
  readonly seq?: number;
  readonly ts?: number;
  readonly data?: unknown;
}

export type OnEvent = (type: string, event: BenchEvent) => void;

/** All that a client has to do: connect, and hand over the events of these types. */
export type Start = (url: string, types: readonly string[], onEvent: OnEvent) => void;

export interface ViewProps {
  readonly url: string;
  readonly types: readonly string[];
  /** To be rendered with the newest event, as often as the client's own React layer renders. */
  readonly Show: ComponentType<{ readonly event: BenchEvent | null }>;
}

/** What the page is told, in its query. */
export interface Plan {
  readonly url: string;
  readonly types: readonly string[];
  /** So many events reach the handler after the greeting. */
  readonly expected: number;
  /** The `seq` of the last event. */
  readonly lastSeq: number;
}

export interface ReadyReport {
  /** From the navigation's start to the first event in the handler. */
  readonly usableMs: number;
}

export interface DoneReport {
  /** When the last event was handed over or shown, by the machine's clock. */
  readonly finishedAt: number;
  readonly renders: number;
  /** Of all instances in the page. */
  readonly wasmBytes: number;
}

/** One line of the part that measures the way of a frame without a network; ns an event. */
export interface DecodeLine {
  readonly bytes: number;
  readonly carrier: 'text' | 'binary';
  readonly subscribed: boolean;
  readonly raw: readonly number[];
  readonly rawAgain: readonly number[];
  readonly keepline: readonly number[];
}

/** What a page posts to `/said/<topic>`. */
export interface Reports {
  readonly ready: ReadyReport;
  readonly done: DoneReport;
  readonly decoded: readonly DecodeLine[];
  readonly failed: { readonly message: string };
}
export type Topic = keyof Reports;
