// Events in a worker that wait to cross to the page: in order, bounded, and what gives way where they
// would be too many.
//
// Facts are all kept. Of a state, such as the progress of one import, only the newest is kept while
// the page is behind. Past the bounds the oldest give way, and are counted. Knows neither clock nor
// port: whoever owns it says when the page is behind and when a batch is due.
import type { BacklogFigures } from './engine.js';
import { stateKeys } from './generated/events.js';
import type { RealtimeEvent } from './types.js';

/** A page that stands still for a minute at 500 events/s; past it, it had better fetch anew. */
export const backlogEventsMax = 30_000;
/** As characters: what a worker may hold for one page without being a burden on the machine. */
export const backlogCharactersMax = 16 * 2 ** 20;

interface Waiting {
  readonly text: string;
  readonly receivedAt: number;
  /** What a newer state of the same thing is known by; null for facts. */
  readonly key: string | null;
}

/** What crosses: frames as they came, and when. */
export interface EventBatch {
  /** A JSON array of frames. */
  readonly text: string;
  readonly receivedAt: readonly number[];
}

/** The key of a state, where the catalogue says that only the newest matters. */
function stateKey({ type, data }: RealtimeEvent): string | null {
  if (!Object.hasOwn(stateKeys, type)) return null;
  const member = stateKeys[type as keyof typeof stateKeys];
  const value = (data as Readonly<Record<string, unknown>> | null | undefined)?.[member];
  return typeof value === 'string' ? `${type} ${value}` : null;
}

/** Slots that were left are given back once so many lie at the front. */
const emptySlotsMax = 1024;

export class Backlog {
  #slots: (Waiting | null)[] = [];
  /** Taking from the front moves nothing: where the first one stands, and how many slots went before. */
  #first = 0;
  #gone = 0;
  #count = 0;
  #characters = 0;
  #coalesced = 0;
  #lost = 0;
  /** Where the newest state of each key stands, counted from the very first slot. */
  readonly #states = new Map<string, number>();

  get size(): number {
    return this.#count;
  }

  /** Where the first that waits stands among all that ever came. */
  get front(): number {
    return this.#gone + this.#first;
  }

  /** Where the next that comes will stand. */
  get end(): number {
    return this.#gone + this.#slots.length;
  }

  figures(): BacklogFigures {
    return { events: this.#count, coalesced: this.#coalesced, lost: this.#lost };
  }

  /** `behind`: the page has not yet taken what was sent to it. */
  add(event: RealtimeEvent, text: string, behind: boolean): void {
    const key = stateKey(event);
    if (key !== null) {
      if (behind) this.#giveUpState(key);
      this.#states.set(key, this.end);
    }
    this.#slots.push({ text, receivedAt: event.receivedAt, key });
    this.#count += 1;
    this.#characters += text.length;
    while (this.#count > backlogEventsMax || this.#characters > backlogCharactersMax) {
      if (this.#count <= 1) break;
      this.#takeFirst();
      this.#lost += 1;
    }
  }

  /** The next events, up to a number and about a size; null where nothing waits. */
  take(eventsMax: number, charactersMax: number): EventBatch | null {
    if (this.#count === 0) return null;
    const texts: string[] = [];
    const receivedAt: number[] = [];
    let characters = 0;
    while (this.#count > 0 && texts.length < eventsMax && characters < charactersMax) {
      const next = this.#takeFirst();
      characters += next.text.length;
      texts.push(next.text);
      receivedAt.push(next.receivedAt);
    }
    return { text: `[${texts.join(',')}]`, receivedAt };
  }

  /** Whoever they were for is no longer there. */
  clear(): void {
    this.#gone += this.#slots.length;
    this.#slots = [];
    this.#first = 0;
    this.#count = 0;
    this.#characters = 0;
    this.#states.clear();
  }

  #giveUpState(key: string): void {
    const at = (this.#states.get(key) ?? -1) - this.#gone;
    const former = this.#slots[at];
    if (!former) return;
    this.#slots[at] = null;
    this.#count -= 1;
    this.#characters -= former.text.length;
    this.#coalesced += 1;
  }

  #takeFirst(): Waiting {
    let next: Waiting | null | undefined = null;
    while (!next) {
      next = this.#slots[this.#first];
      this.#slots[this.#first] = null;
      this.#first += 1;
    }
    if (next.key !== null && this.#states.get(next.key) === this.front - 1) {
      this.#states.delete(next.key);
    }
    this.#count -= 1;
    this.#characters -= next.text.length;
    if (this.#count === 0) this.clear();
    else if (this.#first >= emptySlotsMax) this.#trim();
    return next;
  }

  #trim(): void {
    this.#slots = this.#slots.slice(this.#first);
    this.#gone += this.#first;
    this.#first = 0;
  }
}
