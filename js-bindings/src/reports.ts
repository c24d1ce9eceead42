// Gives names to what the module says value by value: status, figures and diagnostics, in the order of
// wasm/browser/report.cpp.
import { ConnectionError, type ConnectionErrorKind } from './errors.js';
import { noDiagnostics, noMetrics } from './nothing-yet.js';
import type { Diagnostics, Metrics, Status, TransitionLine } from './types.js';

/** What the module said, in order; null where it had no number to say. */
export type Said = readonly (string | number | null)[];

/** A reader of the next value, of whatever type the order says it has. */
function reader(said: Said) {
  let at = 0;
  return <Value>(): Value => said[at++] as Value;
}

/** `former`: the error of the status before. */
export function readStatus(said: Said, former: ConnectionError | null): Status {
  const next = reader(said);
  const word = <Word extends string>() => next<Word>() || null;
  const status = {
    state: next<Status['state']>(),
    phase: next<Status['phase']>(),
    reason: word<NonNullable<Status['reason']>>(),
    attempt: next<number>(),
    maxAttempts: next<number>(),
    nextRetryAt: next<number | null>(),
    since: next<number>(),
    canRetry: next<number>() !== 0,
    endpoint: word(),
    environment: word<NonNullable<Status['environment']>>(),
    unproven: next<number>() !== 0,
  };
  const kind = next<ConnectionErrorKind | undefined>();
  const detail = {
    code: next<number>() || undefined,
    detail: next<string>(),
    cause: next<ConnectionErrorKind>(),
  };
  let error = kind ? new ConnectionError(kind, detail) : null;
  // The same trouble is the same object, so that a view that shows it need not draw it again.
  if (former && JSON.stringify(former) === JSON.stringify(error)) error = former;
  const environment = status.endpoint ? status.environment : null;
  return Object.freeze({ ...status, environment, error });
}

/** Without `backlog`, which is no figure of the module's. */
export function readMetrics(said: Said): Metrics {
  if (said.length === 0) return noMetrics;
  const next = reader(said);
  const fill = (template: object): object =>
    Object.fromEntries(
      Object.entries(template).map(([name, value]) => {
        if (typeof value === 'string') return [name, value];
        return [name, typeof value === 'object' && value ? fill(value) : next()];
      }),
    );
  const { backlog, ...figures } = noMetrics;
  const metrics = { ...fill(figures), backlog } as Metrics;
  const grade = next<Metrics['quality']['grade']>();
  const counts = () =>
    Object.fromEntries(
      Array.from({ length: next<number>() }, () => [next<string>(), next<number>()] as const),
    );
  const received = counts();
  const retries = Object.fromEntries(Object.entries(counts()).filter(([, count]) => count > 0));
  return { ...metrics, quality: { ...metrics.quality, grade }, received, retries };
}

type Told = Pick<Diagnostics, 'transitions' | 'malformed' | 'invalid'>;

export function readDiagnostics(said: Said): Told {
  if (said.length === 0) return noDiagnostics;
  const next = reader(said);
  const list = <Item>(item: () => Item) => Array.from({ length: next<number>() }, item);
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
