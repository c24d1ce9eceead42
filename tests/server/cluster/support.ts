/** Several nodes in one process, and what they talk through: in one order for all, and with faults on demand. */
import {
  memoryLog,
  type NodeBus,
  type Realtime,
  type RealtimeOptions,
  type UserKey,
} from 'keepline/server';
import { onTestFinished, vi } from 'vitest';
import { startRealtime } from '../support/link.js';

export interface Said {
  readonly from: string;
  readonly to: string | undefined;
  readonly message: string;
}

type Hear = (from: string, message: string) => void;

/** As a real one it says nothing of what it loses. */
export class Wire {
  readonly said: Said[] = [];
  /** What does not come through, for whom. */
  loses: (said: Said, listener: string) => boolean = () => false;
  readonly #listeners = new Map<string, Hear>();
  readonly #waiting: Said[] = [];

  bus(id: string): NodeBus {
    return {
      id,
      send: (message, to) => {
        this.#waiting.push({ from: id, to, message });
        queueMicrotask(() => this.#deliver());
      },
      listen: (hear) => {
        this.#listeners.set(id, hear);
        return () => {
          this.#listeners.delete(id);
        };
      },
    };
  }

  /** Neither speaks nor hears from now on. */
  cut(id: string): void {
    const before = this.loses;
    this.loses = (said, listener) => said.from === id || listener === id || before(said, listener);
  }

  kinds(from: string): string[] {
    return this.said
      .filter((said) => said.from === from)
      .map(({ message }) => JSON.parse(message).kind);
  }

  #deliver(): void {
    for (const said of this.#waiting.splice(0)) {
      this.said.push(said);
      for (const [listener, hear] of [...this.#listeners]) {
        const isMeant = said.to === undefined || said.to === listener;
        if (isMeant && !this.loses(said, listener)) hear(said.from, said.message);
      }
    }
  }
}

export interface Node {
  readonly id: string;
  readonly realtime: Realtime;
  /** Of whom this node said that they cannot be reached any more. */
  readonly lost: UserKey[];
}

export const beatMs = 2000;
/** Links live and pages are reachable for longer than these tests take, where they are not about that. */
export const patience = { heartbeatMs: 600_000, livenessMs: 600_000 };

export function startNode(wire: Wire, id: string, options: Partial<RealtimeOptions> = {}): Node {
  const log = Object.assign(memoryLog(), { nodes: wire.bus(id) });
  const realtime = startRealtime({ log, ...patience, nodeBeatMs: beatMs, ...options });
  const lost: UserKey[] = [];
  realtime.onUnreachable((user) => lost.push(user));
  return { id, realtime, lost };
}

/** Mulberry32: whole numbers below a bound. */
export function randomOf(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Timers, the clock by which they go and chance are made up; microtasks are not. */
export function withMadeUpTime(seed = 1): void {
  const random = randomOf(seed);
  const chance = vi.spyOn(Math, 'random').mockImplementation(() => random(2 ** 20) / 2 ** 20);
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
  });
  // Whatever a test has started is closed before that, and may wait for timers.
  onTestFinished(() => {
    chance.mockRestore();
    vi.useRealTimers();
  });
}

export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
/** All that was changed is told, and answered. */
export const toldOf = (): Promise<unknown> => pass(500);
