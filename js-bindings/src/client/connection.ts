// The object that an application holds: options checked at once, members as closures, so that they may
// be taken off it. After dispose() they do nothing.
//
// Adds no connection logic.
import type { Command } from '../engine/engine.js';
import type { Copies } from '../load/copies.js';
import { preloadModule } from '../load/module.js';
import { checkIdentity, checkSubscription } from './argument-checks.js';
import { Client } from './client.js';
import { checkOptions } from './options.js';
import { type PageSignalSetup, setupPageSignals } from './page-signals.js';
import type {
  Connection,
  ConnectionOptions,
  RegisteredEvents,
  RegisteredMessages,
} from './types.js';

/** What an entry of the package, or a test, gives besides the options. */
export interface Surroundings {
  readonly copies: Copies | null;
  readonly setupSignals?: PageSignalSetup;
}

/** A page and its workers have it; a server that renders pages has not. */
const isServer = (): boolean =>
  typeof window === 'undefined' && !('WorkerGlobalScope' in globalThis);

/** Before the options are checked: the request is on its way meanwhile. What is no address waits for that. */
function fetchEarly(given: ConnectionOptions): void {
  const { wasmUrl, wasmBinary, validate } = Object(given) as ConnectionOptions;
  const named = wasmUrl === undefined || typeof wasmUrl === 'string' || wasmUrl instanceof URL;
  if (named && !wasmBinary) preloadModule({ wasmUrl, validate });
}

/** Every member as the type has it, but for two that the application's own events and messages type. */
type Untyped = Pick<Connection, Exclude<keyof Connection, symbol | 'subscribe' | 'send'>> &
  Record<'subscribe' | 'send', (...given: never) => unknown>;

/** Throws a ConnectionError `option_invalid` for a wrong option. */
export function openConnection<Events = RegisteredEvents, Messages = RegisteredMessages>(
  given: ConnectionOptions,
  { copies, setupSignals = setupPageSignals }: Surroundings,
): Connection<Events, Messages> {
  fetchEarly(given);
  return connectionOf(given, copies, setupSignals, true);
}

/** The same, and nothing at all on a server, unless it is given a WebSocket to dial with. */
export function openConnectionInPage<Events = RegisteredEvents, Messages = RegisteredMessages>(
  given: ConnectionOptions,
  surroundings: Surroundings,
): Connection<Events, Messages> {
  const inert = isServer() && !given?.WebSocket;
  return inert
    ? connectionOf(given, null, setupPageSignals, false)
    : openConnection(given, surroundings);
}

function connectionOf<Events, Messages>(
  given: ConnectionOptions,
  copies: Copies | null,
  setupSignals: PageSignalSetup,
  begins: boolean,
): Connection<Events, Messages> {
  const effective = checkOptions(given);
  const client = new Client({ ...given }, effective, copies, setupSignals);
  const tell = (...what: Command) => client.tell(...what);
  const connection = {
    connect: () => tell('connect'),
    disconnect: () => tell('disconnect'),
    reconnect: () => client.reconnect(),
    setIdentity: (identity) => {
      checkIdentity(identity);
      tell('setIdentity', identity ?? '', identity !== null);
    },
    tokenChanged: () => tell('tokenChanged'),
    subscribe: (...wanted: Parameters<Client['subscribe']>) => {
      checkSubscription(...wanted);
      return client.subscribe(...wanted);
    },
    send: (...message: Parameters<Client['send']>) => {
      const outcome = client.send(...message);
      // Whoever does not look at the outcome does not want an "unhandled rejection" for it either.
      outcome.catch(() => undefined);
      return outcome;
    },
    status: client.status,
    onStatus: client.onStatus,
    metrics: () => client.metrics(),
    onMetrics: client.onMetrics,
    onReconnected: client.onReconnected,
    onIdentityChanged: client.onIdentityChanged,
    diagnostics: () => client.diagnostics(),
    ready: (options) => client.ready(options),
    dispose: () => client.dispose(),
  } satisfies Untyped;
  // Not in every browser yet.
  const disposal = Symbol.dispose as symbol | undefined;
  if (disposal) Object.defineProperty(connection, disposal, { value: connection.dispose });
  if (begins) client.begin();
  else client.end('idle');
  return connection as unknown as Connection<Events, Messages>;
}
