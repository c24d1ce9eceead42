// What an application bundles: the options checked at once, a status, and the way to all the rest, which
// is loaded in the background.
//
// Adds no connection logic. What is asked for before the rest is there is passed on in order once it
// is. Members are closures, so that they may be taken off the object; after dispose() they do nothing.
import type { Command } from '../engine/engine.js';
import { noMetrics } from '../engine/figures.js';
import { compileEarly } from '../load/wasm-file.js';
import { ConnectionError } from './errors.js';
import type { Live } from './live.js';
import { Loading } from './loading.js';
import { noDiagnostics } from './nothing-yet.js';
import { checkOptions } from './options.js';
import type { PageSignalSetup } from './page-signals.js';
import { createStore } from './store.js';
import { checkSubscription } from './subscription-check.js';
import type {
  Connection,
  ConnectionOptions,
  Metrics,
  Reconnection,
  RegisteredEvents,
  RegisteredMessages,
  SendOptions,
  Status,
  Unsubscribe,
} from './types.js';
import { write } from './write.js';

/** More commands than this before the rest is there can only repeat themselves. */
const commandsMax = 256;

type Act = (live: Live) => void;

/** For tests and for pages of another kind: the same with page signals of one's own. */
export function createConnectionWith<Events = RegisteredEvents, Messages = RegisteredMessages>(
  given: ConnectionOptions,
  setup?: PageSignalSetup,
): Connection<Events, Messages> {
  const counting = checkOptions(given);
  const options = { ...given };
  const queueMessages = counting.get('queue.maxMessages') as number;
  const later = new Set<Act>();
  const commands: Act[] = [];
  let sends = 0;
  let live: Live | null = null;
  let ended = false;

  const bring = async (): Promise<Live> => {
    const { Live } = await import('./live.js');
    if (live) return live;
    live = new Live(options, counting, status, setup);
    if (ended) live.dispose();
    for (const act of later) act(live);
    later.clear();
    return live;
  };
  const loading = new Loading(counting.get('backoff.maxAttempts') as number, {
    load: async (afresh) => {
      // Side by side, the rest first: it has more to do when it is there.
      const rest = bring();
      const early = afresh ? undefined : compileEarly(options);
      return (await rest).start(afresh, early);
    },
    changed: (next) => status.set(next),
    failed: (message) => live?.log('warn', message),
  });
  const status = createStore<Status>(loading.status());

  const run = (act: Act): void => {
    if (live) act(live);
    else later.add(act);
  };
  const command = (act: Act): void => {
    if (!live && commands.push(act) > commandsMax) later.delete(commands.shift() as Act);
    run(act);
  };
  const tell = (...what: Command) => command((to) => to.tell(...what));
  const listen = (add: (to: Live) => Unsubscribe): Unsubscribe => {
    let undo: Unsubscribe | undefined;
    const act: Act = (to) => {
      undo = add(to);
    };
    run(act);
    return () => {
      later.delete(act);
      undo?.();
    };
  };
  const promise = <Value>(ask: (to: Live) => Promise<Value>): Promise<Value> => {
    const answer = new Promise<Value>((resolve, reject) =>
      run((to) => void ask(to).then(resolve, reject)),
    );
    // Whoever does not look at the outcome does not want an "unhandled rejection" for it either.
    answer.catch(() => undefined);
    return answer;
  };

  const connection = {
    connect: () => tell('connect'),
    disconnect: () => tell('disconnect'),
    reconnect: () => {
      command((to) => to.reconnect());
      loading.retry();
    },
    setIdentity: (identity: string | null) => {
      if (identity !== null && typeof identity !== 'string') {
        throw new ConnectionError('option_invalid', {
          detail: 'identity must be a string or null',
        });
      }
      tell('setIdentity', identity ?? '', identity !== null);
    },
    tokenChanged: () => tell('tokenChanged'),
    subscribe: (...wanted: Parameters<Live['subscribe']>) => {
      checkSubscription(...wanted);
      return listen((to) => to.subscribe(...wanted));
    },
    send: (type: string, data?: unknown, how?: SendOptions) => {
      if (!live) sends += 1;
      // As it is now: whoever sends it may change it later. Too many of them are only told so.
      const written = live || sends <= queueMessages ? write(data) : null;
      const askedAt = Date.now();
      return promise((to) => to.send(type, written, askedAt, how));
    },
    status: status.get,
    onStatus: (listener: (status: Status) => void) =>
      ended ? () => undefined : status.subscribe(listener),
    metrics: () => live?.metrics() ?? noMetrics,
    onMetrics: (listener: (metrics: Metrics) => void) => listen((to) => to.onMetrics(listener)),
    onReconnected: (listener: (reconnection: Reconnection) => void) =>
      listen((to) => to.onReconnected(listener)),
    onIdentityChanged: (listener: () => void) => listen((to) => to.onIdentityChanged(listener)),
    diagnostics: () => ({ ...(live?.diagnostics() ?? noDiagnostics), status: status.get() }),
    ready: () => promise((to) => to.ready()),
    dispose: () => {
      ended = true;
      loading.stop();
      status.clear();
      if (live) live.dispose();
      // Whoever waits for an answer gets one from it.
      else bring().catch(() => undefined);
    },
  };
  // Not in every browser yet.
  const disposal = Symbol.dispose as symbol | undefined;
  if (disposal) Object.defineProperty(connection, disposal, { value: connection.dispose });
  return connection as unknown as Connection<Events, Messages>;
}

/**
 * Returns at once; the module loads in the background and the link opens by itself.
 * Throws a ConnectionError `option_invalid` for a wrong option.
 */
export function createConnection<Events = RegisteredEvents, Messages = RegisteredMessages>(
  options: ConnectionOptions = {},
): Connection<Events, Messages> {
  return createConnectionWith<Events, Messages>(options);
}
