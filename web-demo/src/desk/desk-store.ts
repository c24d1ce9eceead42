/**
 * Holds what is heard between the wire and the screen: events are taken as they come and shown once a
 * frame, however many arrive. Knows no React and no connection.
 */
import { applyEvents, type HeardDesk, nothingHeard } from './desk-state.js';
import type { CatalogueEvent } from './summaries.js';

/** A hidden page paints no frames; so many events are folded in without waiting for one. */
const PENDING_MAX = 1000;

export class DeskStore {
  #shown: HeardDesk = nothingHeard;
  #next: HeardDesk = nothingHeard;
  #pending: CatalogueEvent[] = [];
  #frame: number | null = null;
  readonly #listeners = new Set<() => void>();

  readonly get = (): HeardDesk => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#pending.length > 0 || this.#next !== this.#shown) this.#askForFrame();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#cancelFrame();
    };
  };

  readonly push = (event: CatalogueEvent): void => {
    this.#pending.push(event);
    if (this.#pending.length >= PENDING_MAX) this.#fold();
    this.#askForFrame();
  };

  /** For what is no event: an answer to a request. */
  readonly change = (changed: (desk: HeardDesk) => HeardDesk): void => {
    this.#fold();
    this.#next = changed(this.#next);
    this.#askForFrame();
  };

  #fold(): void {
    const events = this.#pending;
    this.#pending = [];
    if (events.length > 0) this.#next = applyEvents(this.#next, events);
  }

  #askForFrame(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#fold();
      if (this.#shown === this.#next) return;
      this.#shown = this.#next;
      for (const listener of this.#listeners) listener();
    });
  }

  #cancelFrame(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }
}
