// Who holds which connection, so that a provider that goes and comes back finds its own again.
//
// React takes effects down and sets them up again for reasons of its own: StrictMode, hot reload,
// hidden trees. A lease is therefore given back a while before the connection is disposed. It knows
// no React and does not decide what a connection is made of.
import type { ConnectionOptions } from '../client/types.js';
import type { LinkedConnection } from './link.js';

/** Long enough for a remount, short enough that nobody wonders why a socket is still open. */
export const releaseAfterMs = 1000;

export interface LeaseRequest {
  /** Who asks: the same object through every take-down of one provider. */
  readonly holder: object;
  /** Connections with different keys cannot stand in for each other. */
  readonly key: string;
  /** Who is signed in; undefined where the application does not say. */
  readonly identity: string | null | undefined;
  /** What the holder's newest render was given. */
  readonly options: { readonly current: ConnectionOptions };
  /** `newest` answers for whoever holds the connection at that moment. */
  readonly create: (newest: () => ConnectionOptions) => LinkedConnection;
  /** The connection has been disposed, or another provider has it. */
  readonly onLost: () => void;
}

export interface Lease {
  readonly key: string;
  readonly connection: LinkedConnection;
  readonly setIdentity: (identity: string | null | undefined) => void;
  /** Ends the connection unless it is taken again before long. */
  readonly giveBack: () => void;
  readonly end: () => void;
}

interface Entry {
  readonly connection: LinkedConnection;
  readonly terms: { request: LeaseRequest };
  identity: string | null | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Connections that nobody holds at the moment. */
const waiting = new Set<Entry>();

/** Throws what a refused option or identity throws; nobody has a connection of it then. */
export function takeLease(request: LeaseRequest): Lease {
  const entry = reclaim(request);
  if (!entry) return leaseOf(createEntry(request));
  const former = entry.terms.request;
  if (former.holder !== request.holder) former.onLost();
  entry.terms.request = request;
  try {
    setIdentity(entry, request.identity);
  } catch (refusal) {
    end(entry);
    throw refusal;
  }
  // A component that went may have disconnected it. Where it is not closed, this changes nothing.
  if (request.options.current.autoConnect !== false) entry.connection.connect();
  return leaseOf(entry);
}

function createEntry(request: LeaseRequest): Entry {
  const terms = { request };
  const connection = request.create(() => terms.request.options.current);
  return { connection, terms, identity: request.identity, timer: undefined };
}

/** Finds a waiting connection for `request`, its own before another's, and ends what it replaces. */
function reclaim(request: LeaseRequest): Entry | null {
  const isOwn = (entry: Entry) => entry.terms.request.holder === request.holder;
  const fits = (entry: Entry) => entry.terms.request.key === request.key;
  const entries = [...waiting];
  const found =
    entries.find((entry) => fits(entry) && isOwn(entry)) ??
    entries.find((entry) => fits(entry) && isSamePerson(entry, request)) ??
    null;
  for (const entry of entries) {
    // Another's is replaced only by a new one: who comes back for its own is not in its place.
    const replaced = isOwn(entry) || (fits(entry) && !found);
    if (entry !== found && replaced) end(entry);
  }
  if (found) stopWaiting(found);
  return found;
}

/**
 * Another provider may be another user's: only an application that says who is signed in gets the
 * link of the one before, and only for the same person.
 */
function isSamePerson(entry: Entry, request: LeaseRequest): boolean {
  return request.identity !== undefined && request.identity === entry.identity;
}

function stopWaiting(entry: Entry): void {
  waiting.delete(entry);
  clearTimeout(entry.timer);
}

function end(entry: Entry): void {
  stopWaiting(entry);
  entry.terms.request.onLost();
  entry.connection.dispose();
}

function setIdentity(entry: Entry, identity: string | null | undefined): void {
  if (identity === undefined || identity === entry.identity) return;
  entry.connection.setIdentity(identity);
  entry.identity = identity;
}

function leaseOf(entry: Entry): Lease {
  return {
    key: entry.terms.request.key,
    connection: entry.connection,
    setIdentity: (identity) => setIdentity(entry, identity),
    giveBack: () => {
      waiting.add(entry);
      entry.timer = setTimeout(() => end(entry), releaseAfterMs);
    },
    end: () => end(entry),
  };
}
