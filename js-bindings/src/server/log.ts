// The application's log and its counters, so that neither what they do nor what they are told can do harm.
import type { Logger, Metrics } from './types.js';

/** Anything shaped like a JWT, whole or cut, and whatever follows our subprotocol's prefix. */
const tokenShapes = [
  /\bbearer\.[^\s",\\]+/g,
  /\beyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,2}/g,
] as const;

/**
 * Callers are not meant to log tokens in the first place: this is the second line of defence, for text that
 * arrives from elsewhere (an error of a library, a close reason).
 */
export function withoutTokens(text: string): string {
  return tokenShapes.reduce((clean, shape) => clean.replace(shape, '[token]'), text);
}

type Fields = Readonly<Record<string, unknown>>;

const clean = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? withoutTokens(value) : value,
    ]),
  );

/** Silent without a logger; one that throws is not heard of again in this line. */
export function safeLog(logger: Logger | undefined): Logger {
  const write = (level: keyof Logger) => (fields: Fields, message: string) => {
    if (!logger) return;
    try {
      logger[level](clean(fields), message);
    } catch {
      // Whoever is served must not suffer from a log that is full, or wrong.
    }
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** The same for what is counted. */
export function safeMetrics(metrics: Metrics): Metrics {
  const guarded = (call: () => void) => {
    try {
      call();
    } catch {
      // A number that is missing is no reason to end a link.
    }
  };
  return {
    count: (...counted) => guarded(() => metrics.count(...counted)),
    observe: (...observed) => guarded(() => metrics.observe(...observed)),
    gauge: (...gauge) => guarded(() => metrics.gauge(...gauge)),
  };
}

/** How often dials that were refused are told of. */
const summaryMs = 1000;

/** Tells of what strangers can cause any number of, with one line a second. */
export class Summary {
  readonly #log: Logger;
  readonly #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** `why` comes from a list made here. */
  add(why: string): void {
    this.#counts.set(why, (this.#counts.get(why) ?? 0) + 1);
    this.#timer ??= setTimeout(() => this.flush(), summaryMs).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#counts.size === 0) return;
    this.#log.info(Object.fromEntries(this.#counts), 'dials refused');
    this.#counts.clear();
  }
}
