// This node among others: tells them of its users, hears of theirs, and passes kicks on. Timers and the bus are
// here; what follows from what was heard is the roster's, and what is to be said the telling's.
import { fitReason } from '../close-codes.js';
import type { NodeBus } from '../event-log/event-log.js';
import type { Logger, Metrics } from '../types.js';
import type { UserKey } from '../user-map.js';
import { Roster } from './roster.js';
import { type Here, Telling } from './telling.js';
import { decodeNodeMessage, encodeNodeMessage, type Kick } from './wire.js';

/** Changes wait so long for others to go with them. */
const gatherMs = 100;
/** Messages of users in one such turn, 64 KiB each. */
const messagesATurn = 16;
const looksABeat = 4;
/** Of a beat's interval: not all nodes speak at once. */
const jitter = 0.2;

export interface ClusterSetup {
  readonly beatMs: number;
  readonly presence: Here;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Said by one node once nobody reaches this user any more. */
  readonly lost: (user: UserKey) => void;
  /** Another node sends these away: links that were dialled before this, wall-clock ms. */
  readonly kicked: (kick: Kick, before: number) => void;
}

export class Cluster {
  readonly #bus: NodeBus | undefined;
  readonly #setup: ClusterSetup;
  readonly #roster: Roster;
  readonly #telling: Telling;
  readonly #stopListening: () => void;
  readonly #looking: NodeJS.Timeout | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #beatAt = 0;
  #hasLeft = false;
  #isForeignTold = false;

  /** Without a bus this node is all there is. */
  constructor(bus: NodeBus | undefined, setup: ClusterSetup) {
    this.#bus = bus;
    this.#setup = setup;
    const { beatMs, presence, log, metrics, lost } = setup;
    this.#telling = new Telling(presence, beatMs);
    this.#roster = new Roster({
      id: bus?.id ?? '',
      beatMs,
      now,
      isReachableHere: (user) => presence.isReachable(user),
      told: {
        ask: (node) => this.#send({ kind: 'ask' }, node),
        settled: (node) => this.#send({ kind: 'settled', node }),
        silent: (node, users) => log.warn({ node, users }, 'a node has gone without a word'),
        lost,
      },
    });
    metrics.gauge('nodes_known', () => this.#roster.size);
    this.#stopListening = bus?.listen((from, text) => this.#hear(from, text)) ?? (() => undefined);
    if (!bus) return;
    this.#looking = setInterval(() => this.#look(), beatMs / looksABeat).unref();
    this.#look();
  }

  /** Here, or on another node. */
  isReachable(user: UserKey): boolean {
    return this.#setup.presence.isReachable(user) || this.#roster.isReachable(user);
  }

  /** Of this user, on all other nodes. */
  linksElsewhere(user: UserKey): number {
    return this.#roster.linksOf(user);
  }

  // ---- what happens here

  changed(user: UserKey): void {
    if (!this.#bus || this.#hasLeft) return;
    this.#telling.changed(user);
    this.#gather();
  }

  /** No page of this user is reachable here any more. */
  lost(user: UserKey): void {
    if (this.#roster.isReachable(user)) this.#telling.defer(user, now());
    else this.#setup.lost(user);
  }

  /** To all other nodes; those that are not heard now are told once they are, within a minute. */
  kick({ filter: { tenant, user, connectionId }, code, reason }: Kick): void {
    if (!this.#bus) return;
    if (!this.#roster.isHeard) {
      const fields = { tenant, user, connectionId };
      this.#setup.log.warn(fields, 'no other node hears of a kick until the log is back');
    }
    const kick = { filter: { tenant, user, connectionId }, code, reason: fitReason(reason) };
    this.#sendText(this.#telling.kick(kick, now()));
  }

  /** Nobody has links here any more, and nobody will. What the others do is still heard. */
  leave(): void {
    if (!this.#bus || this.#hasLeft) return;
    this.#tell(Number.POSITIVE_INFINITY);
    this.#send({ kind: 'bye', n: this.#telling.n });
    this.#hasLeft = true;
    this.#roster.leave();
    clearInterval(this.#looking);
    clearTimeout(this.#gathering);
  }

  close(): void {
    this.leave();
    this.#stopListening();
  }

  // ---- what is heard

  #hear(from: string, text: string): void {
    if (from === this.#bus?.id) {
      this.#hearItself();
      return;
    }
    this.#setup.metrics.count('cluster_messages_total', { direction: 'received' });
    const message = decodeNodeMessage(text);
    if (message === 'foreign') this.#tellOfForeign();
    if (message === 'foreign' || message === null) return;
    this.#roster.hear(from, message);
    if (message.kind === 'ask' || message.kind === 'hello') this.#answer(from);
    else if (message.kind === 'kick') this.#setup.kicked(message.kick, Date.now() - message.ageMs);
  }

  #hearItself(): void {
    const { isHeard } = this.#roster;
    this.#roster.echo();
    if (isHeard) return;
    this.#telling.resume(now());
    this.#gather();
  }

  #answer(node: string): void {
    // Of strangers there may be any number.
    if (this.#hasLeft || !this.#roster.knows(node)) return;
    for (const text of this.#telling.answer(node, now())) this.#sendText(text, node);
    this.#gather();
  }

  #tellOfForeign(): void {
    if (this.#isForeignTold) return;
    this.#isForeignTold = true;
    this.#setup.log.warn(
      {},
      'a node speaks another version: its users and kicks are not known here',
    );
  }

  // ---- what is said

  #look(): void {
    const { beatMs } = this.#setup;
    this.#roster.look();
    if (this.#roster.isHeard) this.#telling.forget(now());
    if (this.#roster.hasJoined && now() < this.#beatAt) return;
    this.#beatAt = now() + beatMs * (1 + jitter * (2 * Math.random() - 1));
    this.#send({ kind: this.#roster.hasJoined ? 'beat' : 'hello', n: this.#telling.n });
  }

  /** What is told into nothing would have to be asked for: it waits until somebody hears. */
  #gather(): void {
    if (this.#gathering || this.#hasLeft) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      if (!this.#roster.isHeard) return;
      this.#tell(messagesATurn);
      if (!this.#telling.isDone) this.#gather();
    }, gatherMs).unref();
  }

  #tell(messagesMax: number): void {
    for (let count = 0; count < messagesMax; count += 1) {
      const message = this.#telling.next();
      if (!message) return;
      this.#sendText(message.text, message.to);
    }
  }

  #send(message: Parameters<typeof encodeNodeMessage>[0], to?: string): void {
    this.#sendText(encodeNodeMessage(message), to);
  }

  #sendText(text: string, to?: string): void {
    this.#setup.metrics.count('cluster_messages_total', { direction: 'sent' });
    this.#bus?.send(text, to);
  }
}

const now = (): number => performance.now();
