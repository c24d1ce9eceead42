/**
 * Holds the desk between the wire and the screen: events are taken as they come and shown once a
 * frame, however many arrive. Knows no React and no connection.
 */
import { applyToBoards, type Boards, doubtBoards } from '../../boards/boards.js';
import { applyEvents, type Desk, emptyDesk } from './desk-state.js';
import type { CatalogueEvent } from './summaries.js';

/** A hidden page paints no frames; so many events are folded in without waiting for one. */
const PENDING_MAX = 1000;
/** Heard while the server is asked; of more the older half goes, which the answer has anyway. */
const MEANWHILE_MAX = 20_000;

export class DeskStore {
  #shown: Desk = emptyDesk;
  #next: Desk = emptyDesk;
  #pending: CatalogueEvent[] = [];
  /** What came since the server was asked; null where it was not, or has answered. */
  #meanwhile: CatalogueEvent[] | null = null;
  #frame: number | null = null;
  readonly #listeners = new Set<() => void>();

  readonly get = (): Desk => this.#shown;

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
    this.#remember(event);
    if (this.#pending.length >= PENDING_MAX) this.#fold();
    this.#askForFrame();
  };

  #remember(event: CatalogueEvent): void {
    this.#meanwhile?.push(event);
    if ((this.#meanwhile?.length ?? 0) > MEANWHILE_MAX) {
      this.#meanwhile?.splice(0, MEANWHILE_MAX / 2);
    }
  }

  /** The server is asked from here on; until it answers, what was under way is in doubt. */
  beginCatchUp(): void {
    this.#meanwhile = [];
    this.doubt();
  }

  /** Nobody hears how things go on: what is under way is said not to be known. */
  readonly doubt = (): void => {
    this.change((desk) => ({ ...desk, boards: doubtBoards(desk.boards) }));
  };

  /**
   * Takes the server's boards instead of these, and what was heard meanwhile on top: some of it may be in
   * them already, and told twice it says the same. Null where it had no answer.
   */
  endCatchUp(boards: Boards | null): void {
    const meanwhile = this.#meanwhile ?? [];
    this.#meanwhile = null;
    if (boards === null) return;
    this.change((desk) => ({ ...desk, boards: meanwhile.reduce(applyToBoards, boards) }));
  }

  /** For what is no event: an answer to a request. */
  readonly change = (changed: (desk: Desk) => Desk): void => {
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
