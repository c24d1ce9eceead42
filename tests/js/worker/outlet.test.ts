import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gapReasons } from '../../../js-bindings/dist/generated/status.js';
import { backlogEventsMax } from '../../../js-bindings/dist/worker/backlog.js';
import { type Delivery, nextBatchSize, Outlet } from '../../../js-bindings/dist/worker/outlet.js';

let posted: Delivery[] = [];
let outlet: Outlet;
let count = 0;

/** Lets an event arrive, known by its number. */
function arrive(): void {
  count += 1;
  outlet.event({ type: 'a', data: null, receivedAt: count }, String(count));
}

const batches = () =>
  posted.flatMap(({ batch }) => (batch ? [JSON.parse(batch.text) as number[]] : []));
const answersAsked = () => posted.flatMap(({ batch }) => (batch ? [batch.answer] : []));
const facts = () => posted.flatMap((delivery) => delivery.facts ?? []);
const figures = () => posted.filter((delivery) => delivery.figures);

/** As far as the module has come. */
let position = '';
const handedOver = () => figures().at(-1)?.figures?.position[0];
/** Waits until figures are told anew. */
function readPosition() {
  outlet.figuresChanged();
  vi.advanceTimersByTime(1000);
  return handedOver();
}

beforeEach(() => {
  vi.useFakeTimers();
  posted = [];
  count = 0;
  position = '';
  outlet = new Outlet({
    position: () => position,
    post: (delivery) => posted.push(delivery),
    figures: () => ({ metrics: [count], diagnostics: [] }),
  });
});
afterEach(() => {
  outlet.stop();
  vi.useRealTimers();
});

/** Between two batches that hold all there is. */
const pauseMs = 60;

describe('the outlet', () => {
  it('hands the first event over at once, and the next ones together a little later', () => {
    arrive();
    expect(batches()).toEqual([[1]]);
    outlet.acknowledged(1, 1);
    arrive();
    arrive();
    expect(batches()).toHaveLength(1);
    vi.advanceTimersByTime(pauseMs);
    expect(batches()).toEqual([[1], [2, 3]]);
  });

  it('asks for an answer once a few batches are on their way, and sends nothing more without it', () => {
    for (let n = 0; n < 5; n += 1) {
      arrive();
      vi.advanceTimersByTime(pauseMs);
    }
    expect(batches()).toEqual([[1], [2], [3], [4]]);
    expect(answersAsked()).toEqual([false, false, false, true]);
    vi.advanceTimersByTime(60_000);
    expect(batches()).toHaveLength(4);
    outlet.acknowledged(4, 1);
    expect(batches().at(-1)).toEqual([5]);
    expect(answersAsked().at(-1)).toBe(false);
  });

  describe('of a stream with positions', () => {
    /** The next event of the log arrives. */
    function follow(): void {
      position = `e.${count + 1}`;
      arrive();
    }

    it('says how far the page is when that has answered, and no sooner', () => {
      follow();
      expect(readPosition()).toBe('');
      for (let n = 0; n < 4; n += 1) {
        follow();
        vi.advanceTimersByTime(pauseMs);
      }
      expect(batches()).toEqual([[1], [2], [3], [4]]);
      expect(readPosition()).toBe('');
      position = 'e.90'; // what nobody wants has come as well; the fifth event still waits here
      outlet.acknowledged(4, 1);
      expect(readPosition()).toBe('e.4');
      expect(batches()).toHaveLength(5);
      outlet.acknowledged(5, 1);
      expect(readPosition()).toBe('e.90');
    });

    it('goes with the module where nothing is on its way', () => {
      position = 'e.7';
      expect(readPosition()).toBe('e.7');
    });

    it('tells what waited as a gap where nobody wants it any more', () => {
      position = 'e.1';
      readPosition();
      follow();
      outlet.enter(0);
      expect(facts()).toEqual([]);
      follow();
      follow();
      outlet.enter(1);
      expect(facts()).toEqual([['gap', 'e.1', 'e.3', gapReasons.indexOf('lost'), 0]]);
    });

    it('tells what had to give way as a gap, behind all that waits', () => {
      position = 'e.1';
      readPosition();
      for (let n = 0; n < backlogEventsMax + 10; n += 1) follow();
      const end = position;
      vi.advanceTimersByTime(pauseMs);
      expect(facts()).toEqual([]);
      while (batches().flat().length < backlogEventsMax) {
        outlet.acknowledged(batches().at(-1)?.length ?? 0, 1);
        vi.advanceTimersByTime(pauseMs);
      }
      expect(facts()).toEqual([['gap', 'e.1', end, gapReasons.indexOf('lost'), 0]]);
    });

    it('keeps no position of a former user', () => {
      follow();
      vi.advanceTimersByTime(pauseMs);
      outlet.fact(['identityChanged']);
      position = '';
      outlet.acknowledged(1, 1);
      expect(readPosition()).toBe('');
    });
  });

  it('asks for an answer to a batch that is large by itself', () => {
    arrive();
    for (let n = 0; n < 100; n += 1) arrive();
    vi.advanceTimersByTime(pauseMs);
    expect(answersAsked()).toEqual([false, true]);
    arrive();
    vi.advanceTimersByTime(60_000);
    expect(batches()).toHaveLength(2);
  });

  it('keeps of a state the newest alone while an answer is due', () => {
    for (let n = 0; n < 65; n += 1) arrive();
    vi.advanceTimersByTime(pauseMs);
    for (let n = 0; n < 3; n += 1) {
      count += 1;
      outlet.event(
        { type: 'import_progress', data: { importId: 'a' }, receivedAt: count },
        String(count),
      );
    }
    outlet.acknowledged(65, 1);
    vi.advanceTimersByTime(pauseMs);
    expect(batches().at(-1)).toEqual([68]);
  });

  it('has no timer running while nothing waits', () => {
    arrive();
    outlet.acknowledged(1, 1);
    vi.advanceTimersByTime(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('drops what a former epoch was still to be told, and marks what follows', () => {
    arrive();
    arrive();
    outlet.enter(1);
    outlet.acknowledged(1, 1);
    arrive();
    vi.advanceTimersByTime(pauseMs);
    expect(batches()).toEqual([[1], [3]]);
    expect(posted.map(({ batch }) => batch?.epoch).filter((epoch) => epoch !== undefined)).toEqual([
      0, 1,
    ]);
  });

  it('tells a status at once, with the figures of that moment, before events that wait', () => {
    arrive();
    arrive();
    outlet.fact(['status', []]);
    expect(facts()).toEqual([['status', []]]);
    expect(posted.at(-1)?.figures?.metrics).toEqual([2]);
    expect(batches()).toEqual([[1]]);
  });

  it('does not let `reconnected` overtake the events before it', () => {
    arrive();
    arrive();
    outlet.fact(['reconnected', 5, false, 2]);
    arrive();
    expect(facts()).toEqual([]);
    outlet.acknowledged(1, 1);
    vi.advanceTimersByTime(pauseMs);
    expect(batches()).toEqual([[1], [2, 3]]);
    expect(facts()).toEqual([['reconnected', 5, false, 2]]);
  });

  it('drops what waits when another user is there, and tells of that at once', () => {
    arrive();
    arrive();
    outlet.fact(['reconnected', 5, true, 2]);
    outlet.fact(['identityChanged']);
    expect(facts()).toEqual([['reconnected', 5, true, 2], ['identityChanged']]);
    outlet.acknowledged(1, 1);
    vi.advanceTimersByTime(pauseMs);
    expect(batches()).toEqual([[1]]);
  });

  it('tells figures once a second at most, and the last change too', () => {
    outlet.figuresChanged();
    expect(figures()).toHaveLength(1);
    for (let n = 0; n < 100; n += 1) outlet.figuresChanged();
    expect(figures()).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    expect(figures()).toHaveLength(2);
    vi.advanceTimersByTime(10_000);
    expect(figures()).toHaveLength(2);
    outlet.figuresChanged();
    expect(figures()).toHaveLength(3);
  });
});

describe('the size of a batch', () => {
  it.each([
    { why: 'a page with time to spare', former: 500, events: 500, spentMs: 2, next: 1000 },
    { why: 'a page that took too long', former: 500, events: 500, spentMs: 40, next: 100 },
    {
      why: 'a page whose handlers are very slow',
      former: 500,
      events: 500,
      spentMs: 9000,
      next: 16,
    },
    { why: 'no more than a bound', former: 4000, events: 4000, spentMs: 1, next: 4000 },
    { why: 'a clock that stood still', former: 16, events: 16, spentMs: 0, next: 32 },
  ])('follows $why', ({ former, events, spentMs, next }) => {
    expect(nextBatchSize(former, events, spentMs)).toBe(next);
  });

  it('shrinks for a slow page, so that the next batch is one it can take', () => {
    for (let n = 0; n < 200; n += 1) arrive();
    outlet.acknowledged(1, 0);
    vi.advanceTimersByTime(pauseMs);
    expect(batches().at(-1)).toHaveLength(199);
    outlet.acknowledged(199, 100);
    for (let n = 0; n < 200; n += 1) arrive();
    vi.advanceTimersByTime(pauseMs);
    expect(batches().at(-1)).toHaveLength(16);
  });

  it('is followed sooner by the next one, where it did not hold all that waits', () => {
    arrive();
    for (let n = 0; n < 600; n += 1) arrive();
    vi.advanceTimersByTime(pauseMs);
    outlet.acknowledged(501, 1);
    for (let n = 0; n < 500; n += 1) arrive();
    expect(batches()).toHaveLength(2);
    vi.advanceTimersByTime(34);
    expect(batches()).toHaveLength(3);
  });
});
