/**
 * Keeps the desk book as a projection of the event log: whoever wrote an event, this process or another node, it is
 * applied in the log's order. When an epoch ends (Redis restarted, or a replica took over) the boards stay: what
 * was applied has happened, and what was lost with the log before it was read here no page can be sent either.
 */
import { randomUUID } from 'node:crypto';
import { type EventLog, type LogEntry, LogFollower, type UserKey } from 'keepline/server';
import type { BoardEvent } from '../boards/board-events.js';
import type { Boards } from '../boards/boards.js';
import { DeskBook } from './desk-book.js';
import type { Log } from './log.js';

/** Whose log nobody wrote to or asked about for longest is let go, with its desks. */
const TENANTS_MAX = 2000;

const MADE_UP = 'made-up.';

/** The id of an event that a developer made up: it is heard, and on no desk, since it may be malformed. */
export const madeUpId = (): string => MADE_UP + randomUUID();

/** A desk, and up to where in the tenant's stream it is told. */
export interface Kept {
  readonly boards: Boards;
  readonly position: string;
}

export class DeskKeeper {
  readonly #events: EventLog;
  readonly #log: Log;
  readonly #book = new DeskBook();
  /** Whoever was written to or asked about last stands last. */
  readonly #followers = new Map<string, LogFollower>();

  constructor(events: EventLog, log: Log) {
    this.#events = events;
    this.#log = log;
  }

  /** Reads this tenant's log from now on; to be called before anything is written to it. */
  follow(tenant: string): void {
    if (!this.#followers.has(tenant)) this.#followerOf(tenant).keepUp();
  }

  /** With all that was in the log when this was called. Rejects where the log does not answer. */
  async read(owner: UserKey): Promise<Kept> {
    const follower = this.#followerOf(owner.tenant);
    await follower.refresh();
    // Nothing is awaited from here on: the boards are those of this place.
    const { place } = follower;
    if (place === null) throw new Error('the tenant was let go while its log was read');
    return { boards: this.#book.read(owner), position: `${place.epoch}.${place.seq}` };
  }

  close(): void {
    for (const follower of this.#followers.values()) follower.close();
    this.#followers.clear();
  }

  #followerOf(tenant: string): LogFollower {
    const follower = this.#followers.get(tenant) ?? this.#begin(tenant);
    this.#followers.delete(tenant);
    this.#followers.set(tenant, follower);
    for (const [name, oldest] of this.#followers) {
      if (this.#followers.size <= TENANTS_MAX) break;
      oldest.close();
      this.#followers.delete(name);
      this.#book.forget(name);
    }
    return follower;
  }

  #begin(tenant: string): LogFollower {
    const next = (entry: LogEntry) => this.#apply(tenant, entry);
    // What the log has forgotten before it was read here, nobody is told.
    return new LogFollower(this.#events, tenant, {
      next,
      jumped: (entries) => entries.forEach(next),
    });
  }

  #apply(tenant: string, { to, type, json, at, id }: LogEntry): void {
    // This server tells nothing to a whole company.
    if (to === 'tenant' || id?.startsWith(MADE_UP)) return;
    try {
      const data: unknown = json === '' ? undefined : JSON.parse(json);
      // Feed, imports and notes are compiled against the catalogue; what is not of it concerns no board.
      const event = { type, data, receivedAt: at } as BoardEvent;
      for (const user of to.users) this.#book.note({ tenant, user }, event);
    } catch (reason) {
      // Somebody else wrote to this log: the desk goes on without it.
      this.#log.warn({ type, problem: String(reason) }, 'an event fits no desk');
    }
  }
}
