// The object that an application holds: options checked at once, members as closures, so that they may
// be taken off it. After dispose() they do nothing.
//
// Adds no connection logic.
import type { Command } from '../engine/engine.js';
import type { Copies } from '../load/copies.js';
import { preloadModule } from '../load/module.js';
import { Client } from './client.js';
import { ConnectionError } from './errors.js';
import { checkOptions } from './options.js';
import { type PageSignalSetup, setupPageSignals } from './page-signals.js';
import { checkSubscription } from './subscription-check.js';
import type { Connection, ConnectionOptions, KeeplineEvents } from './types.js';

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

function checkIdentity(identity: unknown): void {
  if (identity === null || typeof identity === 'string') return;
  throw new ConnectionError('option_invalid', { detail: 'identity must be a string or null' });
}

/** Throws a ConnectionError `option_invalid` for a wrong option. */
export function openConnection<Events = KeeplineEvents>(
  given: ConnectionOptions,
  { copies, setupSignals = setupPageSignals }: Surroundings,
): Connection<Events> {
  fetchEarly(given);
  return connectionOf(given, copies, setupSignals, true);
}

/** The same, and nothing at all on a server. */
export function openConnectionInPage<Events = KeeplineEvents>(
  given: ConnectionOptions,
  surroundings: Surroundings,
): Connection<Events> {
  return isServer()
    ? connectionOf(given, null, setupPageSignals, false)
    : openConnection(given, surroundings);
}

function connectionOf<Events>(
  given: ConnectionOptions,
  copies: Copies | null,
  setupSignals: PageSignalSetup,
  begins: boolean,
): Connection<Events> {
  const effective = checkOptions(given);
  const client = new Client({ ...given }, effective, copies, setupSignals);
  const tell = (...what: Command) => client.tell(...what);
  /** Whoever does not look at the outcome does not want an "unhandled rejection" for it either. */
  const promise = <Value>(outcome: Promise<Value>): Promise<Value> => {
    outcome.catch(() => undefined);
    return outcome;
  };
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
    send: (...message: Parameters<Client['send']>) => promise(client.send(...message)),
    status: client.status,
    onStatus: client.onStatus,
    metrics: () => client.metrics(),
    onMetrics: client.onMetrics,
    onReconnected: client.onReconnected,
    onIdentityChanged: client.onIdentityChanged,
    diagnostics: () => client.diagnostics(),
    ready: (options) => promise(client.ready(options)),
    dispose: () => client.dispose(),
  } satisfies Omit<Connection<Events>, typeof Symbol.dispose>;
  // Not in every browser yet.
  const disposal = Symbol.dispose as symbol | undefined;
  if (disposal) Object.defineProperty(connection, disposal, { value: connection.dispose });
  if (begins) client.begin();
  else client.end('idle');
  return connection as typeof connection & Pick<Connection, typeof Symbol.dispose>;
}
