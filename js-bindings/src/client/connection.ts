// How a connection is opened: its module is requested first, its options are checked at once, and on a
// server it asks for nothing.
import { isAddress } from '../engine/own-words.js';
import type { Copies } from '../load/copies.js';
import { preloadModule } from '../load/module.js';
import { Client } from './client.js';
import { checkOptions } from './options.js';
import { isServer, type PageSignalSetup, setupPageSignals } from './page-signals.js';
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

/** Before the options are checked: the request is on its way meanwhile. What is no address waits for that. */
function fetchEarly(given: ConnectionOptions): void {
  const { wasmUrl, wasmBinary, validate } = Object(given) as ConnectionOptions;
  if ((wasmUrl === undefined || isAddress(wasmUrl)) && !wasmBinary)
    preloadModule({ wasmUrl, validate });
}

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
  const client = new Client({ ...given }, checkOptions(given), copies, setupSignals, begins);
  return client as unknown as Connection<Events, Messages>;
}
