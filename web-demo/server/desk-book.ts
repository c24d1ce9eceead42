/**
 * What each user's desk shows, as the events that were published to them add up: for a page that was
 * away. A product would ask its database; this server's only truth is what it has said.
 */
import { type UserKey, UserMap } from 'keepline/server';
import type { BoardEvent } from '../boards/board-events.js';
import { applyToBoards, type Boards, emptyBoards } from '../boards/boards.js';

/** Boards are short lists, some 20 KB when full; whoever was told nothing for longest is forgotten. */
const DESKS_MAX = 2000;

interface Desk {
  readonly owner: UserKey;
  boards: Boards;
}

export class DeskBook {
  readonly #desks = new UserMap<Desk>();
  /** Whoever was told something last stands last. */
  readonly #byAge = new Set<Desk>();
  readonly #max: number;

  constructor(max = DESKS_MAX) {
    this.#max = max;
  }

  /** Takes what was published to a user, in the order of the log; what no board shows changes nothing. */
  note(owner: UserKey, event: BoardEvent): void {
    const before = this.#desks.get(owner)?.boards ?? emptyBoards;
    const boards = applyToBoards(before, event);
    if (isSame(before, boards)) return;
    const desk = this.#desks.getOrCreate(owner, () => ({ owner, boards }));
    desk.boards = boards;
    this.#byAge.delete(desk);
    this.#byAge.add(desk);
    this.#boundDesks();
  }

  read(owner: UserKey): Boards {
    return this.#desks.get(owner)?.boards ?? emptyBoards;
  }

  /** All desks of a tenant. */
  forget(tenant: string): void {
    for (const desk of [...this.#desks.ofTenant(tenant).values()]) {
      this.#byAge.delete(desk);
      this.#desks.delete(desk.owner);
    }
  }

  #boundDesks(): void {
    for (const desk of this.#byAge) {
      if (this.#byAge.size <= this.#max) return;
      this.#byAge.delete(desk);
      this.#desks.delete(desk.owner);
    }
  }
}

/** A board that no event concerns stays the same object. */
function isSame(before: Boards, after: Boards): boolean {
  return Object.entries(before).every(([name, board]) => after[name as keyof Boards] === board);
}
