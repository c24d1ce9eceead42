/**
 * What the connection went through, from its first moment: every change of its status with its
 * cause, and every round trip that it measured. Bounded, and written down whether or not anybody
 * looks, since it is little. Knows no React and draws nothing.
 */
import type { Connection, Metrics, State, Status, TransitionLine } from 'keepline';

export interface Moment {
  readonly key: number;
  readonly at: number;
  readonly state: State;
  readonly phase: Status['phase'];
  readonly attempt: number;
  /** Why, in the connection's own words. */
  readonly cause: string;
}

/** A stretch of one state, whatever the phases in it. */
export interface Band {
  readonly state: State;
  readonly fromMs: number;
  /** Infinity for the one that lasts. */
  readonly untilMs: number;
}

export interface RoundTrip {
  readonly at: number;
  readonly ms: number;
}

/** An outage of ten attempts makes some forty of them. */
export const MOMENTS_MAX = 240;
/** One a ping: hours of them, and the chart shows minutes. */
export const ROUND_TRIPS_MAX = 600;

type Watched = Pick<
  Connection,
  'status' | 'onStatus' | 'onMetrics' | 'onReconnected' | 'diagnostics'
>;

export class ConnectionHistory {
  readonly #connection: Watched;
  #moments: readonly Moment[] = [];
  #roundTrips: readonly RoundTrip[] = [];
  #metrics: Metrics | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(connection: Watched) {
    this.#connection = connection;
    this.#note(connection.status());
    connection.onStatus((status) => this.#note(status));
    connection.onMetrics((metrics) => this.#measure(metrics));
  }

  /** Oldest first; the same array until there is another. */
  readonly moments = (): readonly Moment[] => this.#moments;

  readonly metrics = (): Metrics | null => this.#metrics;

  /** Oldest first. */
  readonly roundTrips = (): readonly RoundTrip[] => this.#roundTrips;

  /** Hears of moments and of figures. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  #note(status: Status): void {
    const last = this.#moments.at(-1);
    const { state, phase, attempt } = status;
    const isSamePhase = last?.state === state && last.phase === phase;
    // A link that has proved itself forgets its attempts: nothing has happened.
    if (isSamePhase && (last.attempt === attempt || phase === 'ready')) return;
    const line = this.#connection.diagnostics().transitions.at(-1);
    const moment: Moment = {
      key: (last?.key ?? 0) + 1,
      at: startOf(status, last),
      state,
      phase,
      attempt,
      cause: causeOf(status, line),
    };
    this.#moments = [...this.#moments, moment].slice(-MOMENTS_MAX);
    this.#tell();
  }

  #measure(metrics: Metrics): void {
    const { rttMs } = metrics.quality;
    const isNew = rttMs !== null && rttMs !== this.#metrics?.quality.rttMs;
    this.#metrics = metrics;
    if (isNew) {
      const roundTrip = { at: metrics.lastMessageAt ?? Date.now(), ms: rttMs };
      this.#roundTrips = [...this.#roundTrips, roundTrip].slice(-ROUND_TRIPS_MAX);
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Phases come and go within a state; a band is what a person would remember. */
export function bandsOf(moments: readonly Moment[]): readonly Band[] {
  const bands: Band[] = [];
  for (const { state, at } of moments) {
    const last = bands.at(-1);
    if (last?.state === state) continue;
    if (last) bands[bands.length - 1] = { ...last, untilMs: at };
    bands.push({ state, fromMs: at, untilMs: Number.POSITIVE_INFINITY });
  }
  return bands;
}

/** The moment that was the latest at that time. */
export function momentAt(moments: readonly Moment[], atMs: number): Moment | undefined {
  return moments.findLast(({ at }) => at <= atMs);
}

/** A state began when the connection says so; a phase within it has no time of its own. */
function startOf({ state, since }: Status, last: Moment | undefined): number {
  const isNewState = last?.state !== state && since > (last?.at ?? 0);
  return isNewState ? since : Date.now();
}

function causeOf({ phase, error }: Status, line: TransitionLine | undefined): string {
  const told = line?.to === phase ? [line.trigger, line.cause] : [error?.kind ?? ''];
  return [...new Set(told)]
    .filter((part) => part !== '' && part !== 'usable')
    .map((part) => part.replaceAll('_', ' '))
    .join(': ');
}
