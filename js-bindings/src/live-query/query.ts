// One query: data that were fetched, joined to the stream of events that change them.
//
// Events are subscribed to first, and kept until an answer is there; what is at or before the answer's
// position is in it already, the rest is applied in order. While the link comes back and nothing is missing,
// nothing is fetched. Where events are missing, the data stay as they are until a new answer has taken their
// place. One request at a time; a failure waits as the connection's own dials do.
import { createListeners } from '../client/listeners.js';
import { isServer } from '../client/page-signals.js';
import type { Position, RealtimeEvent, Status, Unsubscribe } from '../client/types.js';
import { guarded } from '../engine/guarded.js';
import { EventBuffer } from './buffer.js';
import { drawnFrom, settleMs, whenDue } from './due.js';
import { onMissing } from './missing.js';
import { type Place, readPlace } from './places.js';
import type {
  FetchReason,
  FetchRequest,
  LiveQuerySnapshot,
  LiveQueryState,
  QueryAnswer,
  QueryConnection,
} from './types.js';

/** A page shows its data before that, though the link is still on its way. */
const patienceMs = 1000;
/** After a laptop's sleep a request may hang on a connection that is dead. */
const fetchTimeoutMsByDefault = 30_000;
/** What a query does, whoever holds it at the moment. */
export interface QuerySource {
  readonly fetch: (request: FetchRequest) => unknown;
  readonly apply: (data: never, event: never) => unknown;
  readonly fetchWhileHidden?: boolean | undefined;
  readonly fetchTimeoutMs?: number | undefined;
}

type Snapshot = LiveQuerySnapshot<unknown>;

const loading: Snapshot = /* @__PURE__ */ Object.freeze({
  state: 'loading',
  data: undefined,
  asOf: null,
  error: null,
});

/** What is there of a user's: all of it goes with him. */
class Held {
  data: unknown;
  /** Whether there are data. */
  answered = false;
  /** The answer that came before the stream began, and waits for that. */
  early: { readonly place: Place | null } | null = null;
  /** Whether `data` and the stream are one: nothing lies between them. */
  joined = false;
  asOf = 0;
  error: unknown = null;
  failures = 0;
  /** The link was usable once: from there on events come, or are told to be missing. */
  begun = false;
  /** The link was lost, and nobody has said yet what was missed. */
  away = false;
  /** What comes again up to this number is in the data already. */
  covered = 0;
}

export class Query {
  readonly #connection: QueryConnection;
  readonly #source: () => QuerySource;
  readonly #listeners = createListeners<Snapshot>();
  readonly #undo: Unsubscribe[];
  readonly #buffer: EventBuffer;
  #held = new Held();
  #asking: AbortController | null = null;
  #cancelDue: Unsubscribe | null = null;
  /** What is waited for is another try. */
  #retries = false;
  #snapshot = loading;

  constructor(
    connection: QueryConnection,
    patterns: readonly string[],
    maxBuffered: number,
    source: () => QuerySource,
  ) {
    this.#connection = connection;
    this.#source = source;
    this.#buffer = new EventBuffer(maxBuffered);
    const settles = settleMs(connection);
    this.#undo = [
      ...patterns.map((pattern) => connection.subscribe(pattern, this.#event)),
      connection.onStatus(this.#look),
      onMissing(connection, this.#missing),
      connection.onReconnected(this.#reconnected),
      connection.onIdentityChanged(this.#empty),
    ];
    this.#follow(connection.status());
    this.#askWhereNeeded(settles);
    this.#tell();
  }

  readonly get = (): Snapshot => this.#snapshot;
  readonly subscribe = this.#listeners.add;

  readonly refetch = (): void => {
    if (this.#undo.length === 0) return;
    this.#stopAsking();
    this.#ask('asked');
  };

  end(): void {
    for (const each of this.#undo.splice(0)) each();
    this.#stopAsking();
    this.#listeners.clear();
  }

  // ---- what the connection tells

  readonly #look = (status: Status): void => {
    this.#follow(status);
    this.#askWhereNeeded();
    this.#tell();
  };

  #follow({ phase }: Status): void {
    const held = this.#held;
    if (phase !== 'ready') held.away = held.begun;
    else if (!held.begun) this.#begin();
  }

  /** From here on nothing is missed that is not told. */
  #begin(): void {
    const held = this.#held;
    held.begun = true;
    this.#buffer.beginAt(readPlace(this.#connection.position()));
    // The wait for this has an end.
    this.#forgetDue();
    const { early } = held;
    held.early = null;
    if (early && this.#buffer.continues(early.place, false)) this.#join(early.place);
  }

  readonly #reconnected = (): void => {
    this.#held.away = false;
    this.#tell();
  };

  /** Events are missing: `to` is where the stream goes on, null while nobody knows. */
  readonly #missing = (to: Position | null, spreadMs: number, isOpen: boolean): void => {
    const held = this.#held;
    if (!held.begun) return;
    // What was asked for before may be without it.
    if (this.#asking) this.#stopAsking();
    if (!isOpen) {
      held.joined = false;
      this.#buffer.beginAt(readPlace(to));
    }
    // The server is back: the wait of a request that failed before need not be waited for. Any other that
    // waits already comes after this.
    if (this.#retries && !isOpen) this.#forgetDue();
    this.#askWhereNeeded(drawnFrom(spreadMs));
    this.#tell();
  };

  readonly #empty = (): void => {
    this.#stopAsking();
    this.#held = new Held();
    this.#buffer.beginAt(null);
    this.#look(this.#connection.status());
  };

  readonly #event = (event: RealtimeEvent): void => {
    const held = this.#held;
    if (!held.joined || this.#asking) this.#buffer.add(event);
    // Stale data are changed as well: a call that rings is better seen beside a hole than not at all. The answer
    // that is waited for takes their place.
    if (held.joined ? this.#isIn(event) : !held.answered || held.early) return;
    this.#apply(event);
    this.#tell();
  };

  #isIn({ seq = 0 }: RealtimeEvent): boolean {
    return seq > 0 && seq <= this.#held.covered;
  }

  #apply(event: RealtimeEvent): void {
    const held = this.#held;
    held.covered = Math.max(held.covered, event.seq ?? 0);
    guarded(() => {
      const next = this.#source().apply(held.data as never, event as never);
      if (Object.is(next, held.data)) return;
      held.data = next;
      held.asOf = event.receivedAt;
    });
  }

  // ---- asking

  /** One request, and one wait for it, at a time. */
  #askWhereNeeded(waitMs = 0): void {
    const { joined, begun, early, answered } = this.#held;
    if (joined || early || this.#asking || this.#cancelDue || this.#undo.length === 0) return;
    const { phase, state } = this.#connection.status();
    const isComing = !begun && phase !== 'ready' && state !== 'disconnected';
    if (this.#isSomebodys())
      this.#askIn(isComing ? patienceMs : waitMs, answered ? 'missed' : 'first');
  }

  /** A server that renders pages has a connection that stays idle, and nobody to show data to. */
  #isSomebodys(): boolean {
    const { phase, reason } = this.#connection.status();
    return reason !== 'signed_out' && !(phase === 'idle' && isServer());
  }

  #askIn(ms: number, reason: FetchReason): void {
    this.#cancelDue = whenDue(ms, this.#source().fetchWhileHidden === true, () => {
      this.#forgetDue();
      // Whoever signs in is told of by a status.
      if (this.#isSomebodys()) this.#ask(reason);
    });
  }

  #ask(reason: FetchReason): void {
    this.#forgetDue();
    const { begun, joined, covered } = this.#held;
    const controller = new AbortController();
    this.#asking = controller;
    if (joined) this.#buffer.goOnFrom(covered);
    this.#buffer.asked();
    const { signal } = controller;
    const { fetch, fetchTimeoutMs = fetchTimeoutMsByDefault } = this.#source();
    const failed = (error: unknown) => {
      if (this.#asking === controller) this.#failed(error);
      controller.abort(error);
    };
    const detail = `fetch took longer than ${fetchTimeoutMs} ms`;
    const timer = setTimeout(
      () => failed(new DOMException(detail, 'TimeoutError')),
      fetchTimeoutMs,
    );
    signal.addEventListener('abort', () => clearTimeout(timer));
    // What throws at once is a rejection as well.
    new Promise((resolve) => resolve(fetch({ signal, reason }))).then((answer) => {
      clearTimeout(timer);
      if (this.#asking === controller) this.#answered(answer as QueryAnswer<unknown>, begun);
    }, failed);
  }

  /** `sinceBegun`: it was asked for when events came already. */
  #answered(answer: QueryAnswer<unknown>, sinceBegun: boolean): void {
    const wrong = wrongWith(answer);
    if (wrong) {
      this.#failed(new TypeError(wrong));
      return;
    }
    const held = this.#held;
    this.#asking = null;
    held.error = null;
    const place = readPlace(answer.position);
    const continues = held.begun && this.#buffer.continues(place, sinceBegun);
    // One that is too old is still better than nothing, and than what has a hole.
    if (continues || !held.joined) {
      held.data = answer.data;
      held.asOf = Date.now();
      held.answered = true;
    }
    if (continues) this.#join(place);
    else if (!held.begun) held.early = { place };
    else if (sinceBegun) this.#retry();
    else this.#askWhereNeeded();
    this.#tell();
  }

  #join(place: Place | null): void {
    const held = this.#held;
    held.joined = true;
    held.failures = 0;
    held.covered = place?.seq ?? 0;
    for (const event of this.#buffer.take()) {
      if (!this.#isIn(event)) this.#apply(event);
    }
  }

  #failed(error: unknown): void {
    this.#asking = null;
    this.#held.error = error ?? new TypeError('fetch rejected with nothing');
    this.#retry();
    this.#tell();
  }

  #retry(): void {
    const held = this.#held;
    held.failures += 1;
    let cancelled = false;
    this.#retries = true;
    this.#cancelDue = () => {
      cancelled = true;
    };
    void this.#connection.drawWait(held.failures).then((ms) => {
      if (cancelled) return;
      this.#cancelDue = null;
      if (ms !== null) this.#askIn(ms, 'retry');
    });
  }

  #stopAsking(): void {
    this.#forgetDue();
    const asking = this.#asking;
    this.#asking = null;
    asking?.abort();
  }

  #forgetDue(): void {
    this.#cancelDue?.();
    this.#cancelDue = null;
    this.#retries = false;
  }

  // ---- what is shown

  #state(): LiveQueryState {
    const { answered, error, joined, away } = this.#held;
    if (!answered) return error === null ? 'loading' : 'failed';
    const { phase, unproven, delivery } = this.#connection.status();
    if (!joined || phase !== 'ready' || unproven || delivery === 'interrupted') return 'stale';
    return away || delivery === 'catching_up' ? 'catching_up' : 'live';
  }

  #tell(): void {
    const held = this.#held;
    const former = this.#snapshot;
    const state = this.#state();
    if (former.state === 'live' && state !== 'live' && held.answered) {
      // Nothing had changed until the last word of the server.
      held.asOf = Math.max(held.asOf, this.#connection.metrics().lastMessageAt ?? 0);
    }
    const { data, asOf, error, answered } = held;
    const same =
      state === former.state &&
      Object.is(data, former.data) &&
      error === former.error &&
      (answered ? asOf : null) === former.asOf;
    if (same) return;
    this.#snapshot = Object.freeze(
      answered ? { state, data, asOf, error } : { state, data: undefined, asOf: null, error },
    ) as Snapshot;
    this.#listeners.emit(this.#snapshot);
  }
}

/** What is wrong with an answer, for whoever wrote the function that gave it; null where nothing is. */
function wrongWith(answer: QueryAnswer<unknown> | null | undefined): string | null {
  if (typeof answer !== 'object' || answer === null || !('data' in answer)) {
    return 'fetch must resolve to { data, position? }';
  }
  const { position } = answer;
  if (position === undefined || position === null || readPlace(position)) return null;
  return 'fetch resolved to a position that is none: hand on what the server said, as it is';
}
