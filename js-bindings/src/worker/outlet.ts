// A worker's side of the way to the page: events in batches, some sixteen a second and a few in flight;
// facts at once, or behind the events that they must not overtake.
//
// The page acknowledges what it is asked to when its handlers have run, and says how long they took: a
// batch is made no larger than what a page does between two frames. Small batches are acknowledged a few
// together, since the answer costs a page as much as the batch. While it does not answer, events wait in
// the backlog. It knows no socket and no module.

import type { BacklogFigures, Fact } from '../engine/engine.js';
import type { RealtimeEvent } from '../engine/event.js';
import type { Said } from '../engine/reports.js';
import { gapReasons } from '../generated/status.js';
import { Backlog, type EventBatch } from './backlog.js';

/**
 * Waking the page costs it about 200 µs, several times what a small batch does, and nobody sees whether
 * a row changed 60 ms later; an event that comes by itself does not wait at all.
 */
const batchPauseMs = 60;
/** Of most screens. Behind a batch that did not hold all that waited, the page has the next one to itself. */
const frameMs = 1000 / 60;
/** What a batch may take of the page's time: half a frame is left for what the page is there for. */
const batchTargetMs = 8;
const batchEventsMin = 16;
const batchEventsMax = 4000;
const batchEventsAtFirst = 500;
const batchCharactersMax = 2 ** 20;
/** So many may be on their way before the page has to answer for them, and so many events. */
const inFlightBatchesMax = 4;
const inFlightEventsMax = 64;
/** Figures change with every frame and are told no more often. */
const figuresPauseMs = 1000;

export interface Figures {
  readonly metrics: Said;
  readonly diagnostics: Said;
  readonly position: Said;
  readonly ackWindow: Said;
  readonly backlog: BacklogFigures;
}

/** One message to the page; what is absent has not changed. */
export interface Delivery {
  readonly facts?: readonly Fact[];
  readonly batch?: EventBatch & {
    readonly epoch: number;
    /** Nothing more is sent until this one, and all before it, are dealt with. */
    readonly answer: boolean;
  };
  readonly figures?: Figures;
}

export interface OutletSetup {
  post(delivery: Delivery): void;
  /** How far the event stream has come, with all that waits here; '' where nobody knows. */
  position(): string;
  /** Read when they are told. */
  readonly figures: () => Omit<Figures, 'backlog' | 'position'>;
}

/** The size of the next batch, where one of `events` took `spentMs`; doubles at most. */
export function nextBatchSize(former: number, events: number, spentMs: number): number {
  const fitting = spentMs > 0 ? (events * batchTargetMs) / spentMs : batchEventsMax;
  const size = Math.min(fitting, former * 2);
  return Math.round(Math.min(batchEventsMax, Math.max(batchEventsMin, size)));
}

export class Outlet {
  readonly #setup: OutletSetup;
  readonly #backlog = new Backlog();
  /** Facts that may not overtake the events before them. */
  #behind: { readonly fact: Fact; readonly end: number }[] = [];
  #batchSize = batchEventsAtFirst;
  #inFlight = { batches: 0, events: 0, answer: false };
  #epoch = 0;
  #nextAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Up to here everything was sent to the page, and up to there it has dealt with it. */
  #posted = '';
  #handed = '';
  #lost = 0;
  #figuresAt = Number.NEGATIVE_INFINITY;
  #figuresTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(setup: OutletSetup) {
    this.#setup = setup;
  }

  event(event: RealtimeEvent, text: string): void {
    this.#backlog.add(event, text, this.#inFlight.answer);
    this.#schedule();
  }

  fact(fact: Fact): void {
    if (fact[0] === 'identityChanged') {
      this.#drop();
      this.#posted = '';
      this.#handed = '';
    }
    // Whoever fetches anew what was missed must not then be told what came before.
    if ((fact[0] === 'reconnected' || fact[0] === 'gap') && this.#backlog.size > 0) {
      this.#behind.push({ fact, end: this.#backlog.end });
      return;
    }
    this.#setup.post({
      facts: [fact],
      ...(fact[0] === 'status' && { figures: this.#readFigures() }),
    });
    this.figuresChanged();
  }

  /** Batches bear `epoch` from now on; of a former one the page wants nothing any more. */
  enter(epoch: number): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    const from = this.#position();
    this.#drop();
    this.#tellLost(from);
  }

  acknowledged(events: number, spentMs: number): void {
    this.#inFlight = { batches: 0, events: 0, answer: false };
    this.#handed = this.#posted;
    // One that was not full says nothing of how much there is room for.
    if (spentMs > batchTargetMs || events >= this.#batchSize) {
      this.#batchSize = nextBatchSize(this.#batchSize, events, spentMs);
    }
    this.#schedule();
  }

  /** Tells them once in a while, and the last change too. */
  figuresChanged(): void {
    if (this.#figuresTimer !== undefined) return;
    const pause = this.#figuresAt + figuresPauseMs - performance.now();
    const tell = () => this.#setup.post({ figures: this.#readFigures() });
    if (pause <= 0) tell();
    else this.#figuresTimer = setTimeout(tell, pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#figuresTimer);
    this.#backlog.clear();
    this.#behind = [];
  }

  #drop(): void {
    this.#backlog.clear();
    this.#releaseFacts();
  }

  #schedule(): void {
    if (this.#inFlight.answer || this.#timer !== undefined || this.#backlog.size === 0) return;
    const pause = this.#nextAt - performance.now();
    if (pause <= 0) {
      this.#post();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#post();
    }, pause);
  }

  #post(): void {
    const batch = this.#backlog.take(this.#batchSize, batchCharactersMax);
    if (!batch) return;
    if (this.#backlog.size === 0) this.#posted = this.#setup.position();
    const batches = this.#inFlight.batches + 1;
    const events = this.#inFlight.events + batch.receivedAt.length;
    const answer = batches >= inFlightBatchesMax || events >= inFlightEventsMax;
    this.#inFlight = { batches, events, answer };
    const left = this.#backlog.size;
    // Where another one would not do either, what gave way would cost more than an uneven scroll.
    const pause = left === 0 ? batchPauseMs : left > this.#batchSize ? frameMs : 2 * frameMs;
    this.#nextAt = performance.now() + pause;
    this.#setup.post({ batch: { ...batch, epoch: this.#epoch, answer } });
    const { lost } = this.#backlog.figures();
    if (lost > this.#lost) this.#tellLost(this.#handed);
    this.#lost = lost;
    this.#releaseFacts();
  }

  /**
   * What an application may keep: all before it was handed over. While much waits it is older than it might be;
   * once nothing is on its way it is all that has come.
   */
  #position(): string {
    if (this.#backlog.size === 0 && this.#inFlight.batches === 0)
      this.#handed = this.#setup.position();
    return this.#handed;
  }

  /** Some of those that waited, all behind `from`, never will be handed over. */
  #tellLost(from: string): void {
    const to = this.#setup.position();
    this.#posted = to;
    this.#handed = to;
    if (from !== to) this.fact(['gap', from, to, gapReasons.indexOf('lost'), 0]);
  }

  #releaseFacts(): void {
    const due = this.#behind.filter(({ end }) => end <= this.#backlog.front);
    if (due.length === 0) return;
    this.#behind = this.#behind.slice(due.length);
    this.#setup.post({ facts: due.map(({ fact }) => fact) });
  }

  #readFigures(): Figures {
    clearTimeout(this.#figuresTimer);
    this.#figuresTimer = undefined;
    this.#figuresAt = performance.now();
    const position = [this.#position()];
    return { ...this.#setup.figures(), position, backlog: this.#backlog.figures() };
  }
}
