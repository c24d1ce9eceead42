// A process: many users' clients of Socket.IO, and the books of what they were handed.
// socket-io-clients.ts PORT FROM TO
import { io, type Socket } from 'socket.io-client';
import { answer } from '../../bench/server-half/answering.js';
import { type Some, someOf, type User, users } from '../population.js';
import type { MomentSitting } from './judge-moments.js';

/** Of each tenant the first event after which nothing breaks any more. */
export type FirstOfEnd = Readonly<Record<string, number>>;

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };
type OpenSitting = Mutable<MomentSitting> & { heard: MomentSitting['heard'][number][] };

const [port, from, to] = process.argv.slice(2).map(Number);
const sittings: OpenSitting[] = [];

class Seat {
  readonly #index: number;
  #user: User;
  #sitting: OpenSitting;
  #socket: Socket;
  /** The last that it was handed, by its number: the last events have the highest. */
  #highest = -1;

  constructor(index: number) {
    this.#index = index;
    this.#user = users[index % users.length] as User;
    this.#sitting = this.#sit();
    this.#socket = this.#dial();
  }

  get isLive(): boolean {
    return this.#socket.connected;
  }

  /** Whether it has a link, and was handed something of after all faults. */
  isAtEnd(first: FirstOfEnd): boolean {
    return this.isLive && this.#highest >= (first[this.#user.tenant] ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Another user takes the seat, with a socket of his own: one that is used again would ask for the former user's
   * session.
   */
  switchUser(): void {
    this.#socket.removeAllListeners().offAny().disconnect();
    this.#user = users[(users.indexOf(this.#user) + 7) % users.length] as User;
    this.#highest = -1;
    this.#sitting = this.#sit();
    this.#socket = this.#dial();
  }

  /** Its link ends as one that breaks, so that the server keeps the session, and it dials again after so long. */
  goOffline(ms: number): void {
    const socket = this.#socket;
    socket.io.engine?.close();
    socket.disconnect();
    setTimeout(() => {
      if (socket === this.#socket) socket.connect();
    }, ms);
  }

  leave(first: FirstOfEnd): void {
    this.#sitting.isUnfinished = !this.isAtEnd(first);
  }

  #dial(): Socket {
    const socket = io(`ws://127.0.0.1:${port}`, {
      forceNew: true,
      transports: ['websocket'],
      auth: { token: `${this.#user.tenant}~${this.#user.user}` },
      reconnectionDelay: 100,
      reconnectionDelayMax: 1000,
    });
    const sitting = this.#sitting;
    socket.on('connect', () => {
      const atMs = Date.now();
      if (sitting.beganMs === null) sitting.beganMs = atMs;
      else if (!socket.recovered) sitting.heard.push({ kind: 'started over', atMs });
    });
    socket.onAny((_, { n }: { readonly n: number }) => {
      this.#highest = Math.max(this.#highest, n);
      sitting.heard.push({ kind: 'event', n });
    });
    return socket;
  }

  #sit(): OpenSitting {
    const sitting: OpenSitting = {
      client: `seat ${this.#index}`,
      ...this.#user,
      beganMs: null,
      isUnfinished: false,
      heard: [],
    };
    sittings.push(sitting);
    return sitting;
  }
}

const seats = Array.from({ length: (to ?? 0) - (from ?? 0) }, (_, i) => new Seat((from ?? 0) + i));

const some = (which: Some) => someOf(seats, which);

const answers = {
  switchUsers: (which: Some) => {
    for (const seat of some(which)) seat.switchUser();
  },
  offline: ({ ms, ...which }: Some & { ms: number }) => {
    for (const seat of some(which)) seat.goOffline(ms);
  },
  live: () => seats.filter((seat) => seat.isLive).length,
  /** How many have not come to the end yet. */
  behind: (first: FirstOfEnd) => seats.filter((seat) => !seat.isAtEnd(first)).length,
  books: (first: FirstOfEnd) => {
    for (const seat of seats) seat.leave(first);
    return sittings;
  },
};
export type SocketIoClientAnswers = typeof answers;
answer(answers);
