// The way in for most: with copies of the package's files at hand, for where none can be fetched.
import { copies } from '../load/copies.js';
import { openConnection, openConnectionInPage } from './connection.js';
import type { PageSignalSetup } from './page-signals.js';
import type {
  Connection,
  ConnectionOptions,
  RegisteredEvents,
  RegisteredMessages,
} from './types.js';

/**
 * Returns at once; the module loads in the background and the link opens by itself. On a server, where
 * pages are rendered, it asks for nothing and stays `disconnected`.
 * Throws a ConnectionError `option_invalid` for a wrong option.
 */
export function createConnection<Events = RegisteredEvents, Messages = RegisteredMessages>(
  options: ConnectionOptions = {},
): Connection<Events, Messages> {
  return openConnectionInPage<Events, Messages>(options, { copies });
}

/** For tests and for pages of another kind: the same anywhere, with page signals of one's own. */
export function createConnectionWith<Events = RegisteredEvents, Messages = RegisteredMessages>(
  options: ConnectionOptions,
  setupSignals: PageSignalSetup,
): Connection<Events, Messages> {
  return openConnection<Events, Messages>(options, { copies, setupSignals });
}
