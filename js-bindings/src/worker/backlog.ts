// Events in a worker that wait to cross to the page: in order, bounded, and what gives way where they
// would be too many.
//
// Facts are all kept. Of a state, such as the progress of one import, only the newest is kept while
// the page is behind. Past the bounds the oldest give way, and are counted. Knows neither clock nor
// port: whoever owns it says when the page is behind and when a batch is due.
import type { BacklogFigures } from '../engine/engine.js';
import type { RealtimeEvent } from '../engine/event.js';
import { stateKeys } from '../generated/events.js';

/** A page that stands still for a minute at 1,000 events/s; past it, it had better fetch anew. */
export const backlogEventsMax = 60_000;
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

export class Backlog {
  /** By their places among all that ever came, in that order; what is given up leaves no gap behind. */
  #waiting = new Map<number, Waiting>();
  /** Goes along with what is taken: from the beginning, it would step over all that is gone. */
  #order = this.#waiting.entries();
  #front = 0;
  #end = 0;
  #characters = 0;
  #coalesced = 0;
  #lost = 0;
  /** The place of the newest state of each key. */
  readonly #states = new Map<string, number>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Nothing that waits stands before this place. */
  get front(): number {
    return this.size === 0 ? this.#end : this.#front;
  }

  /** Where the next that comes will stand. */
  get end(): number {
    return this.#end;
  }

  figures(): BacklogFigures {
    return { events: this.size, coalesced: this.#coalesced, lost: this.#lost };
  }

  /** `behind`: the page has not yet taken what was sent to it. */
  add(event: RealtimeEvent, text: string, behind: boolean): void {
    const key = stateKey(event);
    if (key !== null) {
      if (behind) this.#giveUpState(key);
      this.#states.set(key, this.#end);
    }
    this.#waiting.set(this.#end, { text, receivedAt: event.receivedAt, key });
    this.#end += 1;
    this.#characters += text.length;
    while (this.size > backlogEventsMax || this.#characters > backlogCharactersMax) {
      if (this.size === 1) break;
      this.#takeFirst();
      this.#lost += 1;
    }
  }

  /** The next events, up to a number and about a size; null where nothing waits. */
  take(eventsMax: number, charactersMax: number): EventBatch | null {
    if (this.size === 0) return null;
    const texts: string[] = [];
    const receivedAt: number[] = [];
    let characters = 0;
    while (this.size > 0 && texts.length < eventsMax && characters < charactersMax) {
      const next = this.#takeFirst();
      characters += next.text.length;
      texts.push(next.text);
      receivedAt.push(next.receivedAt);
    }
    return { text: `[${texts.join(',')}]`, receivedAt };
  }

  /** Whoever they were for is no longer there. */
  clear(): void {
    this.#waiting.clear();
    this.#states.clear();
    this.#order = this.#waiting.entries();
    this.#characters = 0;
  }

  #giveUpState(key: string): void {
    const place = this.#states.get(key);
    const former = place === undefined ? undefined : this.#waiting.get(place);
    if (place === undefined || !former) return;
    this.#waiting.delete(place);
    this.#characters -= former.text.length;
    this.#coalesced += 1;
  }

  /** Not of an empty one. */
  #takeFirst(): Waiting {
    let next = this.#order.next();
    // One that has come to its end once finds nothing that came later.
    if (next.done) {
      this.#order = this.#waiting.entries();
      next = this.#order.next();
    }
    const [place, first] = next.value as [number, Waiting];
    this.#waiting.delete(place);
    this.#front = place + 1;
    if (first.key !== null && this.#states.get(first.key) === place) this.#states.delete(first.key);
    this.#characters -= first.text.length;
    return first;
  }
}
