// Which status a person is shown: the connection's own, without its flicker.
//
// Pure: status and time in, status and next deadline out. It knows no React and no clock; times are
// ms of any clock that does not jump.
import type { Status } from '../../client/types.js';

/** Trouble shorter than this, added up, is not worth a person's attention. */
export const troubleToleratedMs = 1500;
/** After this long without trouble, earlier trouble is forgotten. */
export const forgivenAfterMs = 10_000;
/** A link that failed again before it was forgiven must hold this long to count as live. */
export const relapseHoldMs = 1500;

export interface SteadyStatus {
  /** What a person is shown; lags behind `observed` while trouble is short or a link has just come back. */
  readonly shown: Status;
  /** Whether `shown` is more than a passing moment: worth its colour, and an announcement. */
  readonly settled: boolean;
  /** When `observeStatus` must be called again though nothing has happened; null for never. */
  readonly dueAt: number | null;

  readonly observed: Status;
  readonly observedAt: number;
  /** Trouble added up since it was last forgiven; time in between does not reduce it. */
  readonly troubleMs: number;
  /** Since when the link has held without a break. */
  readonly goodSince: number;
  /** Whether the indicator has gone back to live once since trouble was last forgiven. */
  readonly returned: boolean;
}

/** What comes again after an outage prolongs it; in most cases by a moment. */
const isTrouble = ({ state, unproven, delivery }: Status): boolean =>
  state === 'connecting' ||
  state === 'reconnecting' ||
  (state === 'connected' && !unproven && delivery === 'catching_up');

/**
 * A link that nothing has come over may be none, and one of which something is missing is none to rely on:
 * they do not make up for earlier trouble.
 */
const isGood = (status: Status): boolean =>
  status.state === 'connected' && !status.unproven && (status.delivery ?? 'live') === 'live';

/** What a page that starts with `status` shows: there is nothing to hold on to yet. */
export function beginSteadyStatus(status: Status, now: number): SteadyStatus {
  const trouble = isTrouble(status);
  return {
    shown: status,
    settled: !trouble,
    dueAt: trouble ? now + troubleToleratedMs : null,
    observed: status,
    observedAt: now,
    troubleMs: 0,
    goodSince: now,
    returned: false,
  };
}

/** Takes in the status of this moment, which may be the one before: time alone settles things. */
export function observeStatus(before: SteadyStatus, status: Status, now: number): SteadyStatus {
  const aged = { ...age(before, now), observed: status, observedAt: now };
  if (isTrouble(status)) return observeTrouble(before, aged, now);
  if (status.state === 'connected') return observeConnected(before, aged, now);
  // Nobody looks at a paused page: it shows on return what it showed before, and the tolerance for
  // trouble starts then.
  if (status.phase === 'paused') return { ...aged, dueAt: null, troubleMs: 0 };
  return { ...aged, shown: status, settled: true, dueAt: null, troubleMs: 0, returned: false };
}

/** Charges the time since the last observation to what was observed then. */
function age(before: SteadyStatus, now: number): SteadyStatus {
  if (isTrouble(before.observed)) {
    const elapsed = Math.max(0, now - before.observedAt);
    return { ...before, troubleMs: before.troubleMs + elapsed };
  }
  const forgiven = isGood(before.observed) && now - before.goodSince >= forgivenAfterMs;
  return forgiven ? { ...before, troubleMs: 0, returned: false } : before;
}

function observeConnected(before: SteadyStatus, aged: SteadyStatus, now: number): SteadyStatus {
  const status = aged.observed;
  const goodSince = isGood(before.observed) ? before.goodSince : now;
  // A first connection takes as long as it takes: that is not the trouble of a link that breaks.
  const troubleMs = before.observed.state === 'connecting' ? 0 : aged.troubleMs;
  const link = { ...aged, goodSince, troubleMs };
  const wasTrouble = isTrouble(before.shown);
  if (before.shown.state === 'connected' && !wasTrouble) {
    return { ...link, shown: status, settled: true, dueAt: null };
  }
  // An unproven link is overdue already when it is said to be one, and a hole is one: that is shown at once.
  const held = wasTrouble && aged.returned && isGood(status);
  const liveAt = held ? goodSince + relapseHoldMs : now;
  if (now < liveAt) return { ...link, dueAt: liveAt };
  const returned = aged.returned || (wasTrouble && before.shown.state !== 'connecting');
  return { ...link, shown: status, settled: true, dueAt: null, returned };
}

function observeTrouble(before: SteadyStatus, aged: SteadyStatus, now: number): SteadyStatus {
  const known = before.settled && isTrouble(before.shown);
  const settled = known || aged.troubleMs >= troubleToleratedMs;
  const dueAt = settled ? null : now + troubleToleratedMs - aged.troubleMs;
  const hold = before.shown.state === 'connected' && !isTrouble(before.shown) && !settled;
  return hold ? { ...aged, dueAt } : { ...aged, shown: aged.observed, settled, dueAt };
}
