// The indicator's hysteresis on a clock of the test's own.
import { describe, expect, it } from 'vitest';
import type { Status } from '../../../js-bindings/src/client/types.js';
import {
  beginSteadyStatus,
  forgivenAfterMs,
  observeStatus,
  relapseHoldMs,
  type SteadyStatus,
  troubleToleratedMs,
} from '../../../js-bindings/src/react/indicator/steady-status.js';
import {
  catchingUpStatus,
  connectingStatus,
  exhaustedStatus,
  interruptedStatus,
  liveStatus,
  pausedStatus,
  refusedStatus,
  signedOutStatus,
  unprovenStatus,
  waitingStatus,
} from './fake-connection.js';

/** Plays statuses at moments, letting time itself settle things in between, as the hook does. */
class Play {
  #steady: SteadyStatus;
  #now = 0;

  constructor(first: Status) {
    this.#steady = beginSteadyStatus(first, 0);
  }

  /** The state shown `ms` later, with `status` from now on. */
  after(ms: number, status: Status = this.#steady.observed): string {
    const end = this.#now + ms;
    while (this.#steady.dueAt !== null && this.#steady.dueAt <= end) {
      this.#now = Math.max(this.#now, this.#steady.dueAt);
      this.#steady = observeStatus(this.#steady, this.#steady.observed, this.#now);
    }
    this.#now = end;
    this.#steady = observeStatus(this.#steady, status, end);
    return this.#steady.shown.state;
  }

  get settled(): boolean {
    return this.#steady.settled;
  }

  get shown(): Status {
    return this.#steady.shown;
  }
}

const refused: Status = refusedStatus;
const paused: Status = pausedStatus;

describe('a link that catches up', () => {
  it('is shown where that lasts, and not for a moment after a short break', () => {
    const play = new Play(liveStatus);
    play.after(60_000, waitingStatus);
    play.after(500, catchingUpStatus);
    expect(play.after(500, liveStatus)).toBe('connected');
    play.after(60_000, catchingUpStatus);
    play.after(troubleToleratedMs);
    expect(play.shown).toBe(catchingUpStatus);
    expect(play.settled).toBe(true);
    play.after(0, liveStatus);
    expect(play.shown).toBe(liveStatus);
  });

  it('is not live before it has, once the break was shown', () => {
    const play = new Play(liveStatus);
    play.after(60_000, waitingStatus);
    play.after(troubleToleratedMs);
    play.after(0, catchingUpStatus);
    expect(play.shown).toBe(catchingUpStatus);
    play.after(0, liveStatus);
    expect(play.shown).toBe(liveStatus);
  });

  it('must hold before it counts as live, where it has come back before', () => {
    const play = new Play(liveStatus);
    for (let at = 0; at < 2; at += 1) {
      play.after(1000, waitingStatus);
      play.after(troubleToleratedMs, catchingUpStatus);
      play.after(100, liveStatus);
    }
    expect(play.shown).toBe(catchingUpStatus);
    play.after(relapseHoldMs);
    expect(play.shown).toBe(liveStatus);
  });

  it('is shown at once where something is missing', () => {
    const play = new Play(liveStatus);
    play.after(60_000, interruptedStatus);
    expect(play.shown).toBe(interruptedStatus);
    play.after(10, liveStatus);
    expect(play.shown).toBe(liveStatus);
  });
});

describe('a live link that breaks', () => {
  it('stays live while the trouble is shorter than what is tolerated', () => {
    const play = new Play(liveStatus);
    expect(play.after(60_000, waitingStatus)).toBe('connected');
    expect(play.after(troubleToleratedMs - 1)).toBe('connected');
    expect(play.after(0, liveStatus)).toBe('connected');
    expect(play.after(60_000)).toBe('connected');
  });

  it('is in trouble once that time has passed, and settled in it', () => {
    const play = new Play(liveStatus);
    play.after(1000, waitingStatus);
    expect(play.after(troubleToleratedMs)).toBe('reconnecting');
    expect(play.settled).toBe(true);
  });

  it('adds up the trouble of a link that flaps', () => {
    const play = new Play(liveStatus);
    play.after(1000, waitingStatus);
    play.after(800, liveStatus);
    play.after(200, waitingStatus);
    expect(play.after(600)).toBe('connected');
    expect(play.after(100)).toBe('reconnecting');
  });

  it('forgets trouble after a time without any', () => {
    const play = new Play(liveStatus);
    play.after(1000, waitingStatus);
    play.after(1400, liveStatus);
    play.after(forgivenAfterMs, waitingStatus);
    expect(play.after(troubleToleratedMs - 1)).toBe('connected');
  });

  it('is live again at once when it comes back', () => {
    const play = new Play(liveStatus);
    play.after(1000, waitingStatus);
    play.after(5000);
    expect(play.after(0, liveStatus)).toBe('connected');
    expect(play.settled).toBe(true);
  });

  it('must hold for a while once it has relapsed', () => {
    const play = new Play(liveStatus);
    play.after(1000, waitingStatus);
    play.after(5000, liveStatus);
    expect(play.after(1000, waitingStatus)).toBe('reconnecting');
    expect(play.after(1000, liveStatus)).toBe('reconnecting');
    expect(play.after(relapseHoldMs - 1)).toBe('reconnecting');
    expect(play.after(1)).toBe('connected');
  });

  it('shows the newest figures of the trouble that it is in', () => {
    const play = new Play(liveStatus);
    play.after(0, waitingStatus);
    play.after(5000);
    const next = { ...waitingStatus, attempt: 4 };
    play.after(0, next);
    expect(play.shown).toBe(next);
  });

  it('keeps the last live snapshot while it tolerates trouble', () => {
    const play = new Play(liveStatus);
    play.after(100, waitingStatus);
    expect(play.shown).toBe(liveStatus);
  });
});

describe('a link that nothing has come over', () => {
  it('is shown as such at once, and as live at once when something comes', () => {
    const play = new Play(liveStatus);
    play.after(10_000, unprovenStatus);
    expect(play.shown).toBe(unprovenStatus);
    expect(play.settled).toBe(true);
    play.after(1, liveStatus);
    expect(play.shown).toBe(liveStatus);
    expect(play.settled).toBe(true);
  });

  it('is shown as such at once also where a link would have to hold before it counts as live', () => {
    const play = new Play(liveStatus);
    play.after(1000, waitingStatus);
    play.after(5000, liveStatus);
    play.after(1000, waitingStatus);
    play.after(5000, unprovenStatus);
    expect(play.shown).toBe(unprovenStatus);
  });

  it('stays shown as such while the trouble after it is tolerated', () => {
    const play = new Play(unprovenStatus);
    play.after(1000, waitingStatus);
    play.after(troubleToleratedMs - 1);
    expect(play.shown).toBe(unprovenStatus);
    expect(play.after(1)).toBe('reconnecting');
  });

  it('does not make up for earlier trouble, however long it lasts', () => {
    const play = new Play(liveStatus);
    play.after(1000, waitingStatus);
    play.after(troubleToleratedMs - 100, unprovenStatus);
    play.after(10 * forgivenAfterMs, waitingStatus);
    expect(play.after(100)).toBe('reconnecting');
  });
});

describe('a page that begins', () => {
  it('shows connecting at once, which settles when it takes long', () => {
    const play = new Play(connectingStatus);
    expect(play.after(0)).toBe('connecting');
    expect(play.settled).toBe(false);
    play.after(troubleToleratedMs);
    expect(play.settled).toBe(true);
  });

  it('does not count the first connecting as trouble of the link', () => {
    const play = new Play(connectingStatus);
    play.after(5000, liveStatus);
    play.after(1000, waitingStatus);
    expect(play.after(troubleToleratedMs - 1)).toBe('connected');
    expect(play.after(1)).toBe('reconnecting');
    expect(play.after(1000, liveStatus)).toBe('connected');
  });

  it('shows what it finds, where it finds something settled', () => {
    expect(new Play(liveStatus).settled).toBe(true);
    expect(new Play(signedOutStatus).settled).toBe(true);
  });
});

describe('an end', () => {
  it.each([
    ['sign-out', signedOutStatus],
    ['refusal', refused],
    ['exhaustion', exhaustedStatus],
  ])('is shown at once and settled: %s', (_name, status) => {
    const play = new Play(liveStatus);
    expect(play.after(100, status)).toBe('disconnected');
    expect(play.settled).toBe(true);
  });

  it('is left visibly as soon as something is done about it', () => {
    const play = new Play(refused);
    expect(play.after(60_000, connectingStatus)).toBe('connecting');
    expect(play.settled).toBe(false);
    expect(play.after(200, liveStatus)).toBe('connected');
  });

  it('does not come from a page that only rests', () => {
    const play = new Play(liveStatus);
    expect(play.after(1000, paused)).toBe('connected');
    expect(play.after(3_600_000, waitingStatus)).toBe('connected');
    expect(play.after(troubleToleratedMs)).toBe('reconnecting');
  });
});

it('needs no timer when nothing can settle', () => {
  expect(beginSteadyStatus(liveStatus, 0).dueAt).toBeNull();
  expect(observeStatus(beginSteadyStatus(liveStatus, 0), refused, 5).dueAt).toBeNull();
});

it('survives a clock that goes backwards', () => {
  const steady = observeStatus(beginSteadyStatus(connectingStatus, 1000), connectingStatus, 0);
  expect(steady.troubleMs).toBe(0);
});
