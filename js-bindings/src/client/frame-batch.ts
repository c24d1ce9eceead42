// Events of one subscription, gathered until the screen's next frame: the handler runs once for all of
// them. Of events with the same key only the newest is kept.
//
// A hidden page has no frames: there a timer stands in, which browsers slow down to once a second or
// less. Bounded: a page that draws nothing for long is handed what there is.

import { guarded } from '../engine/guarded.js';
import { type CoalesceBy, keyOf } from './coalesce-key.js';
import type { RealtimeEvent } from './types.js';

/** Handed over at once when so many have been gathered. */
export const gatheredMax = 10_000;
/** Where no frame comes. */
const hiddenPauseMs = 250;

export class FrameBatch {
  readonly #handler: (events: readonly RealtimeEvent[]) => void;
  readonly #coalesceBy: CoalesceBy<RealtimeEvent> | undefined;
  /** By its key, or by itself where it has none. */
  readonly #gathered = new Map<unknown, RealtimeEvent>();
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    handler: (events: readonly RealtimeEvent[]) => void,
    coalesceBy: CoalesceBy<RealtimeEvent> | undefined,
  ) {
    this.#handler = handler;
    this.#coalesceBy = coalesceBy;
  }

  add(event: RealtimeEvent): void {
    // Its place is that of the newest.
    const key = keyOf(event, this.#coalesceBy) ?? event;
    this.#gathered.delete(key);
    this.#gathered.set(key, event);
    if (this.#gathered.size >= gatheredMax) this.#handOver();
    else if (this.#timer === undefined) this.#await();
  }

  /** What was gathered is not handed over any more. */
  drop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = undefined;
    this.#timer = undefined;
    this.#gathered.clear();
  }

  #await(): void {
    const handOver = () => this.#handOver();
    // Both: a page may be hidden while it waits for a frame.
    this.#timer = setTimeout(handOver, hiddenPauseMs);
    if (typeof requestAnimationFrame === 'function') this.#frame = requestAnimationFrame(handOver);
  }

  #handOver(): void {
    const events = [...this.#gathered.values()];
    this.drop();
    guarded(this.#handler, events);
  }
}
