// What every session of one server shares. Types only.
import type { HandlingSetup } from './handlers.js';
import type { Hub } from './hub.js';
import type { Limits } from './limits.js';
import type { Turn } from './outbox.js';
import type { Stalls } from './pace.js';
import type { Counts } from './places.js';
import type { Presence } from './presence.js';
import type { Session } from './session.js';
import type { Replays } from './stream/replays.js';
import type { Streams } from './stream/streams.js';
import type { DialRequest, Logger, Metrics, Principal, Refusal } from './types.js';
import type { UserKey } from './user-map.js';

/** What `connected` lists. `resume` needs a log. */
export type Feature = 'subscribe' | 'reauth' | 'resume' | 'ack' | 'batch';

export interface SessionParts {
  readonly limits: Limits;
  readonly hub: Hub<Session>;
  readonly presence: Presence;
  readonly places: {
    readonly addresses: Counts;
    readonly users: Counts;
    readonly waiting: Counts;
  };
  readonly stalls: Stalls;
  readonly handling: HandlingSetup;
  readonly streams: Streams;
  readonly replays: Replays;
  readonly turn: Turn;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly features: readonly Feature[];
  readonly heartbeatMs: number;
  readonly build: string | undefined;
  readonly greets: boolean;
  readonly answersPings: boolean;
  /** Of this user on other nodes, as far as it is known. */
  linksElsewhere(user: UserKey): number;
  /** Never throws or rejects; an expiry is within the limits. */
  verify(token: string, dial: DialRequest): Promise<Principal | Refusal>;
  /** Never throws. */
  authorise(principal: Principal, type: string): boolean;
  /** How long an event of this type may wait for others, ms. Never throws. */
  batchWindowMs(principal: Principal, type: string): number;
  /** It ended before it was open. */
  dialFailed(code: number, reason: string): void;
  gone(session: Session): void;
}
