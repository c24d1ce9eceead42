// The statuses that no core tells: of a connection without an engine, before and after it has one.
import type { Progress } from '../load/tries.js';
import { ConnectionError } from './errors.js';
import type { Status } from './types.js';

const detailCharactersMax = 200;

const nothing = {
  reason: null,
  attempt: 0,
  maxAttempts: 0,
  nextRetryAt: null,
  since: 0,
  error: null,
  canRetry: false,
  endpoint: null,
  environment: null,
  unproven: false,
  delivery: null,
} as const;

/** What a connection says before it runs, and all that server rendering ever says. */
export const loadingStatus: Status = /* @__PURE__ */ Object.freeze({
  ...nothing,
  state: 'connecting',
  phase: 'loading',
});

/** While the module is on its way: the one phase that the core cannot know. */
export function statusOfLoading(progress: Progress, maxAttempts: number): Status {
  const { overdueAt, failure, final, beganAt, nextTryAt } = progress;
  const detail = failure?.slice(0, detailCharactersMax) ?? 'still loading';
  const troubled = failure !== null || overdueAt !== null;
  return Object.freeze({
    ...nothing,
    state: overdueAt === null ? 'connecting' : 'disconnected',
    phase: 'loading',
    maxAttempts,
    nextRetryAt: nextTryAt,
    since: overdueAt ?? beganAt,
    error: troubled ? new ConnectionError('wasm_unavailable', { detail }) : null,
    canRetry: troubled && !final,
  });
}

/** An option that only the core can judge, and refuses. */
export function refusedStatus(error: ConnectionError): Status {
  return Object.freeze({
    ...nothing,
    state: 'disconnected',
    phase: 'refused',
    reason: 'refused',
    since: Date.now(),
    error,
  });
}

/** The last one of all; `idle` where there never was one, as on a server. */
export function endedStatus(phase: 'closed' | 'idle'): Status {
  const ended = { ...nothing, state: 'disconnected', since: Date.now() } as const;
  return Object.freeze(
    phase === 'closed' ? { ...ended, phase, reason: 'application' } : { ...ended, phase },
  );
}
