// The messages of a connection that wait for the server's word, and the last that ended without success: for a
// page that shows them, and lets a person try again.
//
// Watches from the first who asks on. Bounded: of those that have ended the oldest give way.
import type { AnsweredSend } from '../client/answered-sends.js';
import type { SendError } from '../client/errors.js';
import { createStore, type Store } from '../client/store.js';
import type {
  Connection,
  PendingSend,
  PendingSendOf,
  RegisteredEvents,
  RegisteredMessages,
  SendReceipt,
  Unsubscribe,
} from '../client/types.js';

/** As many as a person would look through. */
const endedMax = 50;

/** Of a connection, what this needs. */
type Watched = Pick<Connection, 'send' | 'outcome' | 'onIdentityChanged'> & {
  '~watchSends'(watcher: (send: AnsweredSend) => void): Unsubscribe;
};

class Entry {
  readonly key: number;
  error: SendError | null = null;
  send: AnsweredSend;
  shown: PendingSend;

  constructor(list: List, key: number, send: AnsweredSend) {
    this.key = key;
    this.send = send;
    this.shown = list.shownOf(this);
  }
}

class List {
  readonly store: Store<readonly PendingSend[]> = createStore<readonly PendingSend[]>([]);
  readonly #connection: Watched;
  readonly #entries = new Set<Entry>();
  #keys = 0;
  /** What is sent now is one of these once more. */
  #again: Entry | null = null;

  constructor(connection: Watched) {
    this.#connection = connection;
    connection['~watchSends']((send) => this.#watch(send));
    connection.onIdentityChanged(() => {
      this.#entries.clear();
      this.#show();
    });
  }

  readonly guard = (): Unsubscribe => {
    const ask = (event: Event) => {
      event.preventDefault();
      // Older browsers look at this alone.
      event.returnValue = true as never;
    };
    // A page that listens all the time is kept out of the back-forward cache by some browsers.
    const look = () => {
      const { addEventListener, removeEventListener }: Partial<typeof globalThis> = globalThis;
      const waits = this.store.get().some(({ state }) => state !== 'failed');
      if (waits) addEventListener?.('beforeunload', ask);
      else removeEventListener?.('beforeunload', ask);
    };
    const stop = this.store.subscribe(look);
    look();
    return () => {
      stop();
      globalThis.removeEventListener?.('beforeunload', ask);
    };
  };

  shownOf(entry: Entry): PendingSend {
    const { key, error, send } = entry;
    const state = error?.kind === 'unconfirmed' ? 'unconfirmed' : error ? 'failed' : 'sending';
    const { message, data } = send;
    return Object.freeze({
      key,
      type: message.type,
      data,
      state,
      error,
      retry: () => (entry.error ? this.#retry(entry, entry.error) : entry.send.sent),
      dismiss: () => this.#entries.delete(entry) && this.#show(),
    }) as PendingSend;
  }

  #watch(send: AnsweredSend): void {
    const isAsked = ({ error }: Entry) =>
      error?.kind === 'unconfirmed' && error.id !== undefined && error.id === send.message.id;
    let entry = this.#again ?? [...this.#entries].find(isAsked);
    this.#again = null;
    if (entry) {
      entry.error = null;
      entry.send = send;
      // The newest stands at the end.
      this.#entries.delete(entry);
    } else {
      this.#keys += 1;
      entry = new Entry(this, this.#keys, send);
    }
    this.#entries.add(entry);
    this.#show(entry);
    const watched = entry;
    send.sent.then(
      () => this.#entries.delete(watched) && this.#show(),
      (error: SendError) => watched.send === send && this.#end(watched, error),
    );
  }

  #retry(entry: Entry, { kind, id }: SendError): Promise<SendReceipt> {
    const { message, data } = entry.send;
    this.#again = this.#entries.has(entry) ? entry : null;
    const isOpen = kind === 'unconfirmed' && id !== undefined;
    // Under its own id the server would say again what it has said.
    const own = kind === 'rejected' || message.id === '' ? undefined : message.id;
    const sent = isOpen
      ? this.#connection.outcome(id, { timeoutMs: message.ttlMs })
      : this.#connection.send(message.type, data, { ack: true, id: own, ttlMs: message.ttlMs });
    // Where nothing was sent there was nothing to watch.
    this.#again = null;
    return sent;
  }

  #end(entry: Entry, error: SendError): void {
    if (!this.#entries.has(entry)) return;
    entry.error = error;
    const ended = [...this.#entries].filter((each) => each.error);
    for (const oldest of ended.slice(0, -endedMax)) this.#entries.delete(oldest);
    this.#show(entry);
  }

  #show(changed?: Entry): void {
    if (changed) changed.shown = this.shownOf(changed);
    this.store.set(Object.freeze([...this.#entries].map(({ shown }) => shown)));
  }
}

/** By connection; made with the first of all. */
let lists: WeakMap<object, List> | undefined;

export interface PendingSends<Messages = RegisteredMessages> {
  /** In the order in which they were sent; the same array until it changes. */
  get(): readonly PendingSendOf<Messages>[];
  /** Calls with each new list. */
  subscribe(listener: (sends: readonly PendingSendOf<Messages>[]) => void): Unsubscribe;
  /**
   * Has the browser ask whoever leaves the page while one of them is on its way, or nobody knows what became of
   * it; what it returns ends that.
   */
  confirmLeave(): Unsubscribe;
}

/**
 * The messages with `ack` that this connection sends from the first call on: those that are under way, and the
 * last 50 that ended without success. One that succeeds is taken off; another user has none of them.
 */
export function pendingSends<Events = RegisteredEvents, Messages = RegisteredMessages>(
  connection: Connection<Events, Messages>,
): PendingSends<Messages> {
  lists ??= new WeakMap();
  let list = lists.get(connection);
  if (!list) {
    list = new List(connection as unknown as Watched);
    lists.set(connection, list);
  }
  const { store, guard } = list;
  return {
    get: store.get,
    subscribe: store.subscribe,
    confirmLeave: guard,
  } as unknown as PendingSends<Messages>;
}
