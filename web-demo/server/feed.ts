/**
 * The simulated feed: for each user who is connected a few stories run side by side, and every tick
 * moves one of them on by one event. The same seed and user give the same events, whatever the
 * other users do. Knows no socket.
 */
import { type UserKey, UserMap } from 'keepline/server';
import { SeededRandom } from './prng.js';
import {
  contactImport,
  parallelDial,
  phoneCall,
  type SimulatedEvent,
  type Storyline,
  type World,
} from './storylines.js';

/**
 * One of each kind is always under way, so all types of the catalogue appear soon after sign-in.
 */
const STORIES = [phoneCall, parallelDial, contactImport, phoneCall] as const;
/** Every rest is shorter: a story that would never go on is a mistake. */
const TURNS_MAX = 1000;

export class UserFeed {
  readonly #world: World;
  readonly #running: Storyline[];
  #turn = 0;
  #told = 0;

  constructor(principal: UserKey, seed: number, nowMs: () => number) {
    const counters = new Map<string, number>();
    this.#world = {
      random: new SeededRandom(hash(`${seed}\n${principal.tenant}\n${principal.user}`)),
      agentId: principal.user,
      busy: new Set(),
      nowMs,
      told: () => this.#told,
      nextId: (kind) => {
        const next = (counters.get(kind) ?? 0) + 1;
        counters.set(kind, next);
        return `${kind}-${next}`;
      },
      isFirst: (kind) => !counters.has(kind),
    };
    this.#running = STORIES.map((story) => story(this.#world));
  }

  next(): SimulatedEvent {
    for (let turns = 0; turns < TURNS_MAX; turns += 1) {
      const event = this.#takeTurn();
      if (event === null) continue;
      this.#told += 1;
      return event;
    }
    throw new Error('No storyline goes on.');
  }

  /** Null where the story whose turn it is rests. */
  #takeTurn(): SimulatedEvent | null {
    const slot = this.#turn % STORIES.length;
    this.#turn += 1;
    const step = this.#running[slot]?.next();
    if (step && !step.done) return step.value;
    const story = (STORIES[slot] ?? phoneCall)(this.#world);
    this.#running[slot] = story;
    return story.next().value ?? null;
  }
}

export interface FeedDependencies {
  readonly seed: number;
  readonly listeners: () => readonly UserKey[];
  readonly publish: (principal: UserKey, type: string, data: unknown) => void;
  readonly nowMs?: () => number;
}

export class Feed {
  readonly #deps: FeedDependencies;
  readonly #users = new UserMap<UserFeed>();
  readonly #paused = new UserMap<true>();
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: FeedDependencies) {
    this.#deps = deps;
  }

  start(eventsPerSecond: number): void {
    this.stop();
    if (eventsPerSecond <= 0) return;
    this.#timer = setInterval(() => this.#tick(), 1000 / eventsPerSecond);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Keeps one user's feed quiet, or lets it speak again. */
  setPaused(principal: UserKey, paused: boolean): void {
    if (paused) this.#paused.set(principal, true);
    else this.#paused.delete(principal);
  }

  /** Publishes one user's next events now, paused or not. */
  step(principal: UserKey, count = 1): void {
    const feed = this.#users.getOrCreate(
      principal,
      () => new UserFeed(principal, this.#deps.seed, this.#deps.nowMs ?? Date.now),
    );
    for (let sent = 0; sent < count; sent += 1) {
      const { type, data } = feed.next();
      this.#deps.publish(principal, type, data);
    }
  }

  #tick(): void {
    for (const principal of this.#deps.listeners()) {
      if (!this.#paused.get(principal)) this.step(principal);
    }
  }
}

/** FNV-1a, so that a seed and a name make a number. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return state;
}
