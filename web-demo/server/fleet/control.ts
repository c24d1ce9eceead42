/** What can be asked of the fleet, and done to it. Types only. */
import type { UserKey } from 'keepline/server';
import type { FleetView } from './view.js';

/** Each deed is refused with a RequestError while what it breaks is broken already. */
export interface FleetControl {
  /** Whether there is a Redis that may be broken. */
  readonly hasRedis: boolean;
  view(user: UserKey): Promise<FleetView>;
  /** Ends the node that this user has a link to without a word, and answers with its name. It is started again. */
  kill(user: UserKey): Promise<string>;
  /** The same with everybody asked to go elsewhere before. */
  restart(user: UserKey): Promise<string>;
  stopRedis(ms: number): void;
  promoteReplica(): Promise<void>;
}
