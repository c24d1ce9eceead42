// Which other nodes there are, and which users they reach. Opens nothing and waits for nothing: it is told what is
// heard, and asked to look around now and then; it tells what follows.
//
// A node knows that the bus works by hearing itself. The time of the last such echo is the only clock by which
// another node is silent: while the bus is away, or this process stands still, nobody grows any older.
import type { UserKey } from '../user-map.js';
import { type Loss, Peer } from './peer.js';
import type { NodeMessage } from './wire.js';

/** More nodes are not known. */
const peersMax = 1000;
/** Of intervals between beats, which vary: one beat may be lost, and the next one late. */
const silentBeats = 3;
/** So long without an echo, and the bus is away: found before anybody can be taken for silent. */
const deafBeats = 2;
/** A snapshot that was asked for, and of which nothing came, is asked for again. */
const askAgainBeats = 2;
/** Whoever was to tell of a node's end has had the time to, or has ended itself and was replaced. */
const orphanBeats = 30;

export interface RosterSetup {
  /** This node's own. */
  readonly id: string;
  readonly beatMs: number;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly isReachableHere: (user: UserKey) => boolean;
  readonly told: RosterListener;
}

export interface RosterListener {
  /** Something of this node was missed. */
  ask(node: string): void;
  /** Nobody reaches this user any more, and it is for this node to say so. */
  lost(user: UserKey): void;
  /** What ended with this node has been told. */
  settled(node: string): void;
  /** Not heard any more, with so many reachable users. */
  silent(node: string, users: number): void;
}

export class Roster {
  readonly #setup: RosterSetup;
  readonly #peers = new Map<string, Peer>();
  /** Users of nodes that ended, for as long as it is not known that somebody told of them. */
  readonly #orphans = new Map<
    string,
    { readonly users: readonly UserKey[]; readonly at: number }
  >();
  #echoAt = Number.NEGATIVE_INFINITY;
  #hasLeft = false;

  constructor(setup: RosterSetup) {
    this.#setup = setup;
  }

  /** Other nodes. */
  get size(): number {
    return this.#peers.size;
  }

  /** Whether this node was ever heard by itself. */
  get hasJoined(): boolean {
    return this.#echoAt > Number.NEGATIVE_INFINITY;
  }

  /** Whether what is said now will be heard, as far as anybody knows. */
  get isHeard(): boolean {
    return this.#setup.now() - this.#echoAt <= deafBeats * this.#setup.beatMs;
  }

  knows(node: string): boolean {
    return this.#peers.has(node);
  }

  /** Of at least one other node. */
  isReachable(user: UserKey): boolean {
    for (const peer of this.#peers.values()) if (peer.isReachable(user)) return true;
    return false;
  }

  /** On all other nodes. */
  linksOf(user: UserKey): number {
    let links = 0;
    for (const peer of this.#peers.values()) links += peer.linksOf(user);
    return links;
  }

  // ---- what is heard

  /** This node's own message came back. */
  echo(): void {
    const wasHeard = this.isHeard;
    this.#echoAt = this.#setup.now();
    if (wasHeard) return;
    // Whoever spoke meanwhile was not heard here.
    for (const peer of this.#peers.values()) peer.heardAt = this.#echoAt;
  }

  hear(from: string, message: NodeMessage): void {
    const { now } = this.#setup;
    const peer = this.#peers.get(from) ?? this.#meet(from, message);
    if (!peer) return;
    peer.heardAt = now();
    if (message.kind === 'snapshot') peer.askedAt = now();
    this.#resolve(peer.take(message));
    if (message.kind === 'bye') this.#forget(from, peer);
    else if (message.kind === 'settled') this.#settledBy(message.node);
    this.#askWhereBehind(from, peer);
  }

  /** At a steady pace, several times in an interval between beats. */
  look(): void {
    const { beatMs, told } = this.#setup;
    for (const [node, peer] of [...this.#peers]) {
      if (this.#echoAt - peer.heardAt > silentBeats * beatMs) {
        told.silent(node, peer.reachable().length);
        this.#forget(node, peer);
      } else {
        this.#askWhereBehind(node, peer);
      }
    }
    for (const [node, { at }] of this.#orphans) {
      if (this.#echoAt - at > orphanBeats * beatMs) this.#orphans.delete(node);
    }
  }

  /** The others take it for gone: nothing is for this node to say any more. */
  leave(): void {
    this.#hasLeft = true;
  }

  // ---- inside

  #meet(from: string, { kind }: NodeMessage): Peer | null {
    if (kind === 'bye' || this.#peers.size >= peersMax) return null;
    // A node that was taken for dead, and is not: its users are known again by its snapshot.
    this.#orphans.delete(from);
    const peer = new Peer(this.#setup.now(), Number.NEGATIVE_INFINITY);
    this.#peers.set(from, peer);
    return peer;
  }

  #askWhereBehind(node: string, peer: Peer): void {
    const { now, beatMs, told } = this.#setup;
    if (!peer.isBehind || !this.#peers.has(node)) return;
    if (now() - peer.askedAt <= askAgainBeats * beatMs) return;
    peer.askedAt = now();
    told.ask(node);
  }

  /**
   * A node that loses a user whom no other one reaches says so to its listeners, and that it did. Where two lose
   * one at the same moment, each believes that the other one has him still, and neither does: that is seen by all,
   * and is for the first of them by name.
   */
  #resolve(losses: readonly Loss[]): void {
    if (!losses.some(({ isDeferred }) => isDeferred) || !this.#isFirst()) return;
    for (const { tenant, user, isDeferred } of losses) {
      if (isDeferred) this.#tellWhereLost({ tenant, user });
    }
  }

  #forget(node: string, peer: Peer): void {
    this.#peers.delete(node);
    this.#orphans.set(node, { users: peer.reachable(), at: this.#echoAt });
    this.#settle();
  }

  /** The end of a node is for the first of those that are left; the others remember it until that is done. */
  #settle(): void {
    if (!this.#isFirst()) return;
    for (const [node, { users }] of [...this.#orphans]) {
      this.#orphans.delete(node);
      for (const user of users) this.#tellWhereLost(user);
      this.#setup.told.settled(node);
    }
  }

  #settledBy(node: string): void {
    this.#orphans.delete(node);
    // It has not been silent for long enough here; were it alive, it would be met again with its next beat.
    this.#peers.delete(node);
    this.#settle();
  }

  #tellWhereLost(user: UserKey): void {
    const { isReachableHere, told } = this.#setup;
    if (!isReachableHere(user) && !this.isReachable(user)) told.lost(user);
  }

  #isFirst(): boolean {
    const { id } = this.#setup;
    return !this.#hasLeft && [...this.#peers.keys()].every((other) => id < other);
  }
}
