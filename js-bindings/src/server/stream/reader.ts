// One link's place in its tenant's stream. It is held until the client says where it stands, catches up from
// there, and is live: whoever is live stands at the head, so that an event costs nothing but its sending.
// The test whether it has come to the head and what follows from it happen without a pause between.
import { setTimeout as sleep } from 'node:timers/promises';
import { CloseCode } from '../close-codes.js';
import type { StreamState } from '../event-log/event-log.js';
import type { Limits } from '../limits.js';
import type { Metrics } from '../types.js';
import type { TailEntry } from './entry.js';
import type { Behind, Replays } from './replays.js';
import type { Tail } from './tail.js';
import { type GapReason, positionOf, shown, verdictOn } from './verdict.js';

/** What a reader needs of its link. */
export interface ReaderLink {
  /** Sent and not taken yet, or waiting to be sent. */
  readonly bufferedBytes: number;
  /** Whether this user may have it and this link wants it: the same answer for live events and old ones. */
  concerns(entry: TailEntry): boolean;
  /** False where nothing can be sent any more. */
  sendEvent(entry: TailEntry): boolean;
  say(type: string, data: unknown): void;
  /** What is written in there goes out together. */
  corked(write: () => void): void;
  whenDrained(then: () => void): void;
  close(code: number, reason: string): void;
}

/** What all readers share. */
export interface ReaderParts {
  readonly limits: Limits;
  readonly replays: Replays;
  readonly metrics: Metrics;
  readonly streams: { readonly isUp: boolean };
}

/** Verdicts that say where the log is, and not only what this node has of it. */
const leading: ReadonlySet<GapReason> = new Set(['epoch', 'ahead']);
/** Of a page, and of what may wait before the next one. */
const page = { events: 100, bytes: 64 * 1024 } as const;
const waitingBytesMax = 128 * 1024;
/** How often a reader that does not read is looked at. */
const lookMs = 1000;
const positionEveryMs = 30_000;
/** A stream that begins anew is one for all of a tenant: their questions are spread by so much. */
const spreadMs = 8000;

export class Reader implements Behind {
  readonly #link: ReaderLink;
  readonly #tail: Tail;
  readonly #parts: ReaderParts;
  /** Where the stream was when the link was greeted; null where nobody knew. */
  readonly #began: StreamState | null;
  #state: 'held' | 'asked' | 'interrupted' | 'catching_up' | 'live' | 'ended' = 'held';
  /** What the next verdict is about. */
  #from: unknown;
  /** The last entry that it has dealt with; of a live one the head counts. */
  #at: number;
  #hasAsked = false;
  /** The tail was as far as the log when it was asked for. */
  #isFresh = false;
  /** Events since the verdict. */
  #sent = 0;
  #toldAt = 0;
  #toldMs = 0;
  #slowSinceMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** `canAsk`: events wait until it has said where it stands, or for `limits.resumeMs`. */
  constructor(
    link: ReaderLink,
    tail: Tail,
    parts: ReaderParts,
    began: StreamState | null,
    canAsk: boolean,
  ) {
    this.#link = link;
    this.#tail = tail;
    this.#parts = parts;
    this.#began = began;
    this.#at = tail.head;
    if (canAsk) this.#timer = setTimeout(() => this.#go(), parts.limits.resumeMs);
    else this.#go();
  }

  /** It may ask once. */
  async resume(from: unknown): Promise<void> {
    const { limits } = this.#parts;
    const tail = this.#tail;
    if (this.#hasAsked) {
      this.#link.close(CloseCode.badRequest, 'a link resumes once');
      return;
    }
    this.#hasAsked = true;
    // What was sent to one that asked late is sent again: it takes nothing before the answer.
    this.#hold();
    this.#from = from;
    this.#sent = 0;
    this.#isFresh = await tail.refreshWithin(limits.resumeMs);
    if (this.#state === 'ended') return;
    // Many ask at once, and wait for one answer of the log: each has its turn.
    this.#state = 'asked';
    this.#parts.replays.add(this);
  }

  /** The newest event of the tail. Whether it was sent now; if not, it follows where it is for this link. */
  offer(entry: TailEntry): boolean {
    const { limits, metrics } = this.#parts;
    // Who never asks has to be sent it before it is gone from the tail.
    if (this.#isGated && entry.seq - this.#at > limits.tailEvents / 2) this.#go();
    if (this.#state !== 'live' || !this.#link.concerns(entry)) return false;
    if (this.#link.bufferedBytes > limits.liveBytes) {
      this.#at = entry.seq - 1;
      metrics.count('slow_readers_total');
      this.#fallBehind();
      return false;
    }
    return this.#send(entry);
  }

  /** One that has no place in the stream, and is counted in none. */
  outside(entry: TailEntry): boolean {
    const hears = this.#isAnswered || this.#state === 'interrupted';
    return hears && this.#link.concerns(entry) && this.#link.sendEvent(entry);
  }

  /** The tail goes on elsewhere. */
  restarted(before: StreamState): void {
    if (this.#state === 'ended') return;
    const from = positionOf(before, this.#state === 'live' ? before.head : this.#at);
    const reason = before.epoch === this.#tail.state?.epoch ? 'trimmed' : 'epoch';
    if (this.#hasAsked && this.#isAnswered) this.#sayGap(from, reason);
    this.#at = this.#tail.head;
  }

  /** The log is away: nobody knows whether anything follows what this link has. */
  interrupted(): void {
    const { state } = this.#tail;
    if (!this.#hasAsked || !this.#isAnswered || !state) return;
    this.#from = positionOf(state, this.#state === 'live' ? state.head : this.#at);
    this.#interrupt();
  }

  /** The log is back, and the tail as far as it is. */
  restored(): void {
    if (this.#state !== 'interrupted') return;
    this.#isFresh = true;
    this.#state = 'asked';
    this.#parts.replays.add(this);
  }

  step(): boolean {
    const tail = this.#tail;
    if (this.#state === 'asked') return this.#answer();
    if (this.#state !== 'catching_up') return false;
    if (this.#link.bufferedBytes >= waitingBytesMax) {
      this.#fallBehind();
      return false;
    }
    // The oldest are gone while it waited; of the gate, others than those who are slow.
    if (this.#at + 1 < tail.floor) {
      if (!this.#hasAsked && this.#slowSinceMs === null) this.#at = tail.floor - 1;
      else if (!this.#skip('slow')) return false;
    }
    this.#link.corked(() => this.#sendPage());
    if (this.#state !== 'catching_up') return false;
    if (this.#at < tail.head) return true;
    this.#becomeLive();
    return false;
  }

  /** Called at a steady pace. */
  look(): void {
    const moved = this.#state === 'live' && this.#tail.head !== this.#toldAt;
    if (moved && this.#hasAsked && performance.now() - this.#toldMs >= positionEveryMs) {
      this.#sayPosition();
    }
  }

  end(): void {
    this.#state = 'ended';
    this.#stopTimer();
  }

  // ---- inside

  #answer(): boolean {
    const { limits, metrics } = this.#parts;
    const tail = this.#tail;
    const { state } = tail;
    if (!this.#parts.streams.isUp) {
      this.#interrupt();
      return false;
    }
    const began = this.#began && positionOf(this.#began, this.#began.head);
    if (!state) return false;
    const verdict = verdictOn(this.#from, state, began, (seq) =>
      this.#fits(seq, limits.replayEvents, limits.replayBytes),
    );
    // What the log cannot say now, the tail knows well enough: but not of one who has been on another node, and
    // further than this tail is. Nobody is led back.
    const leads = verdict.kind === 'gap' && leading.has(verdict.reason);
    if (leads && !this.#isFresh) {
      this.#interrupt();
      void this.#waitForLog();
      return false;
    }
    this.#from = undefined;
    this.#state = 'catching_up';
    if (verdict.kind === 'resumed') {
      this.#at = verdict.from;
      metrics.count('resumes_total', { verdict: 'resumed' });
      const to = positionOf(state, state.head);
      this.#link.say('resumed', { from: positionOf(state, verdict.from), to });
    } else {
      metrics.count('resumes_total', { verdict: verdict.reason });
      this.#sayGap(verdict.from, verdict.reason);
    }
    return true;
  }

  get #isAnswered(): boolean {
    return this.#state === 'catching_up' || this.#state === 'live';
  }

  /** Until the next verdict nothing is sent. */
  #interrupt(): void {
    this.#hold();
    this.#state = 'interrupted';
    this.#from = shown(this.#from) ?? (this.#began && positionOf(this.#began, this.#began.head));
    this.#parts.metrics.count('gaps_total', { reason: 'unavailable' });
    const gap = { from: this.#from, to: null, reason: 'unavailable', spreadMs };
    this.#link.say('gap', gap);
  }

  async #waitForLog(): Promise<void> {
    while (this.#state === 'interrupted') {
      try {
        await this.#tail.refresh();
        this.restored();
      } catch {
        await sleep(lookMs, undefined, { ref: false });
      }
    }
  }

  /** Nothing was asked, and nothing is sent yet. */
  get #isGated(): boolean {
    return this.#state === 'held' && !this.#hasAsked;
  }

  /** A timer that is over is not kept by each of many links. */
  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #hold(): void {
    this.#stopTimer();
    this.#state = 'held';
    this.#slowSinceMs = null;
  }

  #go(): void {
    if (this.#state !== 'held') return;
    this.#stopTimer();
    this.#state = 'catching_up';
    // What it began in may be over, and it was never told of anything: nothing of before joins.
    if (!this.#hasAsked && this.#tail.state?.epoch !== this.#began?.epoch) {
      this.#at = this.#tail.head;
    }
    if (this.#at < this.#tail.head) this.#parts.replays.add(this);
    else this.#becomeLive();
  }

  #becomeLive(): void {
    this.#stopTimer();
    this.#state = 'live';
    this.#slowSinceMs = null;
    if (this.#hasAsked) this.#sayPosition();
  }

  #sendPage(): void {
    let events = 0;
    let bytes = 0;
    for (const entry of this.#tail.after(this.#at)) {
      if (events >= page.events || bytes >= page.bytes) break;
      this.#at = entry.seq;
      if (!this.#isDue(entry)) continue;
      if (!this.#send(entry)) break;
      events += 1;
      bytes += entry.bytes;
    }
    const { metrics } = this.#parts;
    metrics.count('events_replayed_total', {}, events);
    metrics.count('messages_sent_total', { type: 'event' }, events);
  }

  #send(entry: TailEntry): boolean {
    if (!this.#link.sendEvent(entry)) return false;
    this.#sent += 1;
    return true;
  }

  /** Of those who are behind: for this link, and not overtaken by a newer one of its key that follows. */
  #isDue(entry: TailEntry): boolean {
    if (!this.#link.concerns(entry)) return false;
    const newest = this.#tail.newestOf(entry);
    return newest === entry || !this.#link.concerns(newest);
  }

  /** Whether what follows for this link is no more than that. */
  #fits(after: number, eventsMax: number, bytesMax = Number.POSITIVE_INFINITY): boolean {
    let events = 0;
    let bytes = 0;
    for (const entry of this.#tail.after(after)) {
      if (!this.#isDue(entry)) continue;
      events += 1;
      bytes += entry.bytes;
      if (events > eventsMax || bytes > bytesMax) return false;
    }
    return true;
  }

  // ---- a link that does not read

  #fallBehind(): void {
    if (this.#slowSinceMs === null) {
      this.#slowSinceMs = performance.now();
      this.#timer = setTimeout(() => this.#lookAtSlow(), lookMs);
    }
    this.#state = 'catching_up';
    this.#link.whenDrained(() => this.#parts.replays.add(this));
  }

  #lookAtSlow(): void {
    const { limits } = this.#parts;
    const tail = this.#tail;
    if (this.#state !== 'catching_up' || this.#slowSinceMs === null) return;
    const slowMs = performance.now() - this.#slowSinceMs;
    const isFarBehind = !this.#fits(this.#at, limits.slowEvents);
    if (slowMs > limits.slowCloseMs) {
      this.#link.close(CloseCode.timeout, 'reads too slowly');
      return;
    }
    if ((isFarBehind || (slowMs > limits.slowMs && this.#at < tail.head)) && !this.#skip('slow'))
      return;
    this.#timer = setTimeout(() => this.#lookAtSlow(), lookMs);
  }

  /** Goes on at the head. One that cannot be told of a gap is sent away instead, and asks anew. */
  #skip(reason: GapReason): boolean {
    const tail = this.#tail;
    const state = tail.state;
    if (!this.#hasAsked || !state) {
      this.#link.close(CloseCode.timeout, 'reads too slowly');
      return false;
    }
    this.#sayGap(positionOf(state, this.#at), reason);
    return true;
  }

  // ---- what it is told

  #sayGap(from: string | null, reason: GapReason): void {
    const { metrics } = this.#parts;
    const tail = this.#tail;
    const state = tail.state;
    if (!state) return;
    this.#at = state.head;
    metrics.count('gaps_total', { reason });
    const all = reason === 'epoch';
    const to = positionOf(state, state.head);
    this.#link.say('gap', { from, to, reason, spreadMs: all ? spreadMs : 0 });
  }

  #sayPosition(): void {
    const { state } = this.#tail;
    if (!state) return;
    this.#toldAt = state.head;
    this.#toldMs = performance.now();
    this.#link.say('position', { at: positionOf(state, state.head), sent: this.#sent });
  }
}
