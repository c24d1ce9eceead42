// `keepline/test`: a double of the connection for the tests of an application. It needs no module, no
// network and no browser, and stands in for `keepline` itself where a test runner replaces that.

import { learnRemedies } from '../client/errors.js';
import { remedies } from '../client/remedies.js';
import type { ConnectionOptions, RegisteredEvents, RegisteredMessages } from '../client/types.js';
import { createFakeConnection, type FakeConnection } from './fake-connection.js';

export { newestOfEach } from '../client/coalesce.js';
export { ConnectionError, SendError } from '../client/errors.js';
export { liveQuery } from '../live-query/live-query.js';
export { pendingSends } from '../pending-sends/pending-sends.js';
export {
  createFakeConnection,
  type EventMembers,
  type FakeConnection,
  type FakeConnectionSetup,
} from './fake-connection.js';
export type { FakeAnswer, SentMessage } from './outbox.js';
export { fakeStatus } from './statuses.js';

// A test reads an error in the moment in which it made it.
learnRemedies(remedies);

/** In the place of the real one: a double that is connecting, and stays so until a test says otherwise. */
export function createConnection<Events = RegisteredEvents, Messages = RegisteredMessages>(
  options: ConnectionOptions = {},
): FakeConnection<Events, Messages> {
  return createFakeConnection<Events, Messages>({ options, status: 'loading' });
}
