// The tails of all tenants that somebody reads on this node.
import type { EventLog, StreamState } from '../event-log/event-log.js';
import type { TailEntry } from './entry.js';
import { Tail, type TailMax } from './tail.js';

/** Whom the streams are for. */
export interface Audience {
  appended(tenant: string, entry: TailEntry): void;
  outside(tenant: string, entry: TailEntry): void;
  restarted(tenant: string, before: StreamState): void;
  /** Nobody knows what follows in any stream. */
  interrupted(): void;
  /** It is known again. */
  restored(tenant: string): void;
}

/** A dial waits so long for a log that does not answer, and is greeted without a position. */
const patienceMs = 1000;
/** A tenant's tail outlives its last reader by so long: most come back. */
const lingerMs = 60_000;
/** A log that came back and does not answer is asked again. */
const restoreMs = 1000;

interface Kept {
  readonly tail: Tail;
  readers: number;
  ending: NodeJS.Timeout | undefined;
}

export class Streams {
  readonly #log: EventLog;
  readonly #max: TailMax;
  readonly #audience: Audience;
  readonly #tails = new Map<string, Kept>();
  #isUp = true;

  constructor(log: EventLog, max: TailMax, audience: Audience) {
    this.#log = log;
    this.#max = max;
    this.#audience = audience;
    log.onAvailable((isUp) => this.#available(isUp));
  }

  /** Whether the log is there, by its own word. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** The tenant's tail, which is at the head where the log can say; to be given back by `leave`. */
  async join(tenant: string): Promise<Tail> {
    const kept = this.#keep(tenant);
    const { tail } = kept;
    kept.readers += 1;
    clearTimeout(kept.ending);
    if (tail.state === null) {
      tail.keepUp();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([tail.refresh().catch(() => late), late]);
      clearTimeout(timer);
    }
    return tail;
  }

  leave(tenant: string): void {
    const kept = this.#tails.get(tenant);
    if (!kept) return;
    kept.readers -= 1;
    if (kept.readers > 0) return;
    kept.ending = setTimeout(() => {
      this.#tails.delete(tenant);
      kept.tail.close();
    }, lingerMs).unref();
  }

  close(): void {
    for (const { tail, ending } of this.#tails.values()) {
      clearTimeout(ending);
      tail.close();
    }
    this.#tails.clear();
  }

  #available(isUp: boolean): void {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    if (!isUp) this.#audience.interrupted();
    else for (const [tenant, { tail }] of this.#tails) void this.#restore(tenant, tail);
  }

  async #restore(tenant: string, tail: Tail): Promise<void> {
    try {
      await tail.refresh();
    } catch {
      setTimeout(() => {
        if (this.#isUp && this.#tails.get(tenant)?.tail === tail) void this.#restore(tenant, tail);
      }, restoreMs).unref();
      return;
    }
    if (this.#isUp) this.#audience.restored(tenant);
  }

  #keep(tenant: string): Kept {
    const known = this.#tails.get(tenant);
    if (known) return known;
    const tail = new Tail(tenant, this.#log, this.#max, {
      appended: (entry) => this.#audience.appended(tenant, entry),
      outside: (entry) => this.#audience.outside(tenant, entry),
      restarted: (before) => this.#audience.restarted(tenant, before),
    });
    const kept: Kept = { tail, readers: 0, ending: undefined };
    this.#tails.set(tenant, kept);
    return kept;
  }
}
