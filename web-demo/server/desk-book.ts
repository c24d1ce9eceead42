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

/** Of whom it is. */
interface Noted {
  readonly owner: UserKey;
  readonly event: BoardEvent;
  /** Where it stands in the tenant's log. */
  readonly position: string | null;
}

export class DeskBook {
  readonly #desks = new UserMap<Desk>();
  /** Whoever was told something last stands last. */
  readonly #byAge = new Set<Desk>();
  readonly #max: number;

  constructor(max = DESKS_MAX) {
    this.#max = max;
  }

  /** The newest event that was noted, of each tenant. */
  readonly #positions = new Map<string, string>();

  /** Takes what was published to a user, in the order of the log; what no board shows changes nothing. */
  note({ owner, event, position }: Noted): void {
    if (position !== null) this.#positions.set(owner.tenant, position);
    const before = this.#desks.get(owner)?.boards ?? emptyBoards;
    const boards = applyToBoards(before, event);
    if (isSame(before, boards)) return;
    const desk = this.#desks.getOrCreate(owner, () => ({ owner, boards }));
    desk.boards = boards;
    this.#byAge.delete(desk);
    this.#byAge.add(desk);
    this.#boundDesks();
  }

  /** Up to where in the tenant's stream the boards are told; null where nothing was. */
  positionOf(tenant: string): string | null {
    return this.#positions.get(tenant) ?? null;
  }

  read(owner: UserKey): Boards {
    return this.#desks.get(owner)?.boards ?? emptyBoards;
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
