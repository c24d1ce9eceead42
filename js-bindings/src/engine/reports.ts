// Gives names to what the module says value by value: status, figures and diagnostics, in the order of
// wasm/browser/report.cpp.
import type { ErrorKind } from '../generated/errors.js';
import {
  type CorePhase,
  type Delivery,
  type Environment,
  noFigures,
  type Reason,
  type State,
} from '../generated/status.js';
import { type Metrics, noMetrics, type TransitionLine } from './figures.js';

/** What the module said, in order; null where it had no number to say. */
export type Said = readonly (string | number | null)[];

export interface ErrorReport {
  readonly kind: ErrorKind;
  readonly code: number | undefined;
  readonly detail: string;
  readonly cause: ErrorKind | undefined;
}

/** A status as the core knows it. */
export interface StatusReport {
  readonly state: State;
  readonly phase: CorePhase;
  readonly reason: Reason | null;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly nextRetryAt: number | null;
  readonly since: number;
  readonly canRetry: boolean;
  readonly endpoint: string | null;
  readonly environment: Environment | null;
  readonly unproven: boolean;
  readonly delivery: Delivery | null;
  readonly error: ErrorReport | null;
}

/** A reader of the next value, of whatever type the order says it has. */
function reader(said: Said) {
  let at = 0;
  return <Value>(): Value => said[at++] as Value;
}

export function readStatus(said: Said): StatusReport {
  const next = reader(said);
  const word = <Word extends string>() => next<Word>() || null;
  const status = {
    state: next<State>(),
    phase: next<CorePhase>(),
    reason: word<Reason>(),
    attempt: next<number>(),
    maxAttempts: next<number>(),
    nextRetryAt: next<number | null>(),
    since: next<number>(),
    canRetry: next<number>() !== 0,
    endpoint: word(),
    environment: word<Environment>(),
    unproven: next<number>() !== 0,
    delivery: word<Delivery>(),
  };
  const kind = next<ErrorKind | undefined>();
  const error = kind && {
    kind,
    code: next<number>() || undefined,
    detail: next<string>(),
    cause: next<ErrorKind | undefined>(),
  };
  const environment = status.endpoint ? status.environment : null;
  return { ...status, environment, error: error ?? null };
}

/** Every figure in its place, in the order in which they stand in `shape`. */
function readFigures<Shape extends object>(shape: Shape, next: () => unknown): Shape {
  const figures = Object.entries(shape).map(([name, empty]) => [
    name,
    empty instanceof Object ? readFigures(empty, next) : next(),
  ]);
  return Object.fromEntries(figures);
}

/** Without `backlog`, which is no figure of the module's. */
export function readMetrics(said: Said): Metrics {
  if (said.length === 0) return noMetrics;
  const next = reader(said);
  const figures = readFigures(noFigures, next);
  const quality = { ...figures.quality, grade: next<Metrics['quality']['grade']>() };
  const counts = () =>
    Array.from({ length: next<number>() }, () => [next<string>(), next<number>()] as const);
  const received = Object.fromEntries(counts());
  const retries = Object.fromEntries(counts().filter(([, count]) => count > 0));
  return { ...noMetrics, ...figures, quality, received, retries };
}

/** What the flight recorder holds. */
export interface Recorded {
  readonly transitions: readonly TransitionLine[];
  readonly malformed: readonly string[];
  readonly invalid: readonly string[];
}

/** Of nothing said every list is empty. */
export function readRecorded(said: Said): Recorded {
  const next = reader(said);
  const list = <Item>(item: () => Item) => Array.from({ length: next<number>() ?? 0 }, item);
  return {
    transitions: list(
      (): TransitionLine => ({
        at: next(),
        from: next(),
        to: next(),
        trigger: next(),
        attempt: next(),
        cause: next(),
      }),
    ),
    malformed: list(() => next<string>()),
    invalid: list(() => next<string>()),
  };
}
