/** What the fleet's processes have to agree on. */

/** A demonstration has a Redis to itself, or this much of somebody's. */
export const LOG_PREFIX = 'keepline-demo';

/** What is written while Redis is away waits so long: longer than a button stops it. */
export const WAIT_MS = 15_000;

/** How often the balancer asks each node whether it is ready. */
export const POLL_MS = 200;

/** How long a node that leaves still takes dials: until the balancer has surely heard. */
export const READY_MS = 3 * POLL_MS;
