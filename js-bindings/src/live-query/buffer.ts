// Events that wait for an answer, in order and bounded; and from which place on none of them is missing.
import type { RealtimeEvent } from '../client/types.js';
import { type Place, reaches } from './places.js';

export class EventBuffer {
  readonly #max: number;
  #events: RealtimeEvent[] = [];
  /** Whatever came behind it is here; null where the server has no places. */
  #floor: Place | null = null;
  /** How many of them came before the last request: its answer has them. */
  #old = 0;
  /** What gave way of those that came since: nothing, events with places, or any without. */
  #lost: 'nothing' | 'placed' | 'unplaced' = 'nothing';

  constructor(max: number) {
    this.#max = max;
  }

  beginAt(floor: Place | null): void {
    this.#events = [];
    this.#floor = floor;
    this.#old = 0;
    this.#lost = 'nothing';
  }

  /** In the same log, behind what has been applied already. */
  goOnFrom(seq: number): void {
    this.beginAt(this.#floor && { ...this.#floor, seq: Math.max(this.#floor.seq, seq) });
  }

  /** A request leaves now: its answer has all that came before. */
  asked(): void {
    this.#old = this.#events.length;
    this.#lost = 'nothing';
  }

  add(event: RealtimeEvent): void {
    this.#events.push(event);
    if (this.#events.length <= this.#max) return;
    const { seq } = this.#events.shift() as RealtimeEvent;
    if (seq !== undefined) this.#floor = { epoch: this.#floor?.epoch ?? null, seq };
    if (this.#old > 0) this.#old -= 1;
    else if (seq === undefined) this.#lost = 'unplaced';
    else if (this.#lost === 'nothing') this.#lost = 'placed';
  }

  /**
   * Whether nothing lies between an answer and what is here. An answer without a place has what came until it
   * was asked for: only where that was `sinceBegun`, and nothing gave way since, nothing does.
   */
  continues(place: Place | null, sinceBegun: boolean): boolean {
    if (!place) return sinceBegun && this.#lost === 'nothing';
    if (this.#lost === 'unplaced') return false;
    return this.#floor ? reaches(place, this.#floor) : sinceBegun;
  }

  take(): readonly RealtimeEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
