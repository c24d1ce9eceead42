// `keepline/lean`: the same without the copies of the package's files, for applications that are
// bundled into one file and count its bytes. Where the `.wasm` file cannot be fetched it says so.
import { openConnectionInPage } from './client/connection.js';
import type {
  Connection,
  ConnectionOptions,
  RegisteredEvents,
  RegisteredMessages,
} from './client/types.js';

/** As `createConnection` of `keepline`; without a file to fetch it stays `wasm_unavailable`. */
export function createConnection<Events = RegisteredEvents, Messages = RegisteredMessages>(
  options: ConnectionOptions = {},
): Connection<Events, Messages> {
  return openConnectionInPage<Events, Messages>(options, { copies: null });
}

export * from './offer.js';
