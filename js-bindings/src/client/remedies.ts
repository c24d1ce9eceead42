// What to do next, at length: loaded when something has gone wrong.
import { remedies as ofConnections } from '../generated/remedies.js';
import type { Remedies } from './errors.js';

export const remedies: Remedies = {
  ConnectionError: ofConnections,
  SendError: {
    queue_full: 'Send less while the link is down, or raise `queue`.',
    expired: 'Send again, or raise `ttlMs`.',
    too_big: 'Send less at once, or raise the option.',
    not_serialisable:
      'Send a type of 1 to 64 bytes and data without functions, BigInt, cycles or a bare undefined.',
    disconnected: 'Connect first, then send.',
    reserved_type: 'Send it under another name.',
    rejected: "Look at `rejection`: the code is the server's own.",
    unconfirmed: 'Ask the server what became of `id`, or send again under that id.',
    unsupported: 'Send without `ack`, or to a server that lists the feature `ack`.',
    identity_changed: 'Ask whoever is signed in now before it is sent again.',
  },
};
