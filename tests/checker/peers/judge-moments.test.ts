import { describe, expect, test } from 'vitest';
import {
  type Emitted,
  judgeMoments,
  type MomentBooks,
  type MomentSitting,
  slackMs,
} from './judge-moments.js';

const apartMs = 2 * slackMs;
const atMs = (n: number): number => n * apartMs;
const emit = (n: number, more: Partial<Emitted> = {}): Emitted => ({
  n,
  tenant: 'acme',
  to: 'tenant',
  written: { fromMs: atMs(n), untilMs: atMs(n) + 5, isConfirmed: true },
  ...more,
});
/** The first is 0. */
const emittedAt = (moments: readonly number[]): Emitted[] =>
  moments.map((fromMs, n) =>
    emit(n, { written: { fromMs, untilMs: fromMs + 5, isConfirmed: true } }),
  );
const event = (n: number) => ({ kind: 'event', n }) as const;
const startedOver = (ms: number) => ({ kind: 'started over', atMs: ms }) as const;

/** One user who has a link from the first of six events on, and what he heard of them. */
function books(
  heard: MomentSitting['heard'],
  more: Partial<MomentSitting> = {},
  emitted: readonly Emitted[] = [1, 2, 3, 4, 5, 6].map((n) => emit(n)),
): MomentBooks {
  const sitting: MomentSitting = {
    client: 'c',
    tenant: 'acme',
    user: 'ada',
    beganMs: 0,
    isUnfinished: false,
    heard,
    ...more,
  };
  return { emitted, sittings: [sitting] };
}

const all = [1, 2, 3, 4, 5, 6].map(event);
const but = (...missing: number[]) => all.filter(({ n }) => !missing.includes(n));
const nothingWrong = { lost: 0, doubled: 0, foreign: 0, unfinished: 0, examples: [] };

describe('The judge of moments', () => {
  test('is content where each event came once, and owes nothing so near to the end', () => {
    expect(judgeMoments(books(all))).toMatchObject({ pairs: 5, delivered: 5, ...nothingWrong });
  });

  test('finds an event that did not come', () => {
    const verdict = judgeMoments(books(but(3)));
    expect(verdict).toMatchObject({ pairs: 5, delivered: 4, lost: 1, lostUnconfirmed: 0 });
    expect(verdict.examples).toEqual(['c as acme/ada: lost 3']);
  });

  test('says of an event that did not come whether Redis had confirmed it', () => {
    const written = { fromMs: atMs(3), untilMs: atMs(3) + 5, isConfirmed: false };
    const emitted = [1, 2, 3, 4, 5, 6].map((n) => (n === 3 ? emit(n, { written }) : emit(n)));
    expect(judgeMoments(books(but(3, 4), {}, emitted))).toMatchObject({
      lost: 2,
      lostUnconfirmed: 1,
    });
  });

  test('finds an event that came twice', () => {
    expect(judgeMoments(books([...all, event(2)]))).toMatchObject({ delivered: 5, doubled: 1 });
  });

  test.each([
    ['another user', emit(3, { to: { users: ['bo'] } })],
    ['another tenant', emit(3, { tenant: 'birch' })],
  ])('finds an event that was for %s', (_, foreign) => {
    const emitted = [1, 2, 3, 4, 5, 6].map((n) => (n === 3 ? foreign : emit(n)));
    expect(judgeMoments(books(all, {}, emitted))).toMatchObject({ pairs: 4, foreign: 1 });
  });

  test('finds an event that nobody emitted', () => {
    expect(judgeMoments(books([...all, event(99)]))).toMatchObject({ foreign: 1 });
  });

  test('counts what is missing as told from the last event until it started over', () => {
    const heard = [event(1), startedOver(atMs(4) + 10), event(5), event(6)];
    expect(judgeMoments(books(heard))).toMatchObject({
      ...{ pairs: 5, delivered: 2, told: 3, startedOver: 1 },
      ...nothingWrong,
    });
  });

  test('does not count as told what is missing after it started over, or before its last event', () => {
    const after = [event(1), event(2), startedOver(atMs(3)), event(6)];
    expect(judgeMoments(books(after))).toMatchObject({ told: 1, lost: 2 });
    const before = [event(1), event(3), event(4), startedOver(atMs(5)), event(6)];
    expect(judgeMoments(books(before))).toMatchObject({ told: 1, lost: 1 });
  });

  test('asks for nothing of before it had a link, and of after the last that it was handed', () => {
    expect(judgeMoments(books([event(4)], { beganMs: atMs(2) + 10 }))).toMatchObject({
      ...{ pairs: 1, lost: 1 },
    });
    expect(judgeMoments(books([], { beganMs: null }))).toMatchObject({ pairs: 0 });
  });

  test('owes nothing that was on its way when the link or the end came', () => {
    const moments = [0, slackMs - 1, slackMs + 1, 2 * slackMs + 1, 3 * slackMs];
    const verdict = judgeMoments(books([event(4)], {}, emittedAt(moments)));
    expect(verdict).toMatchObject({ pairs: 1, lost: 1 });
    expect(verdict.examples).toEqual(['c as acme/ada: lost 2']);
  });

  test('counts as told what was on its way when the link broke, and when it was back', () => {
    const brokeMs = 4 * slackMs;
    const backMs = 8 * slackMs;
    const moments = [
      ...[brokeMs - slackMs - 10, brokeMs - slackMs + 10, brokeMs],
      ...[backMs + slackMs - 10, backMs + slackMs + 10, 12 * slackMs],
    ];
    const heard = [event(2), startedOver(backMs), event(5)];
    const verdict = judgeMoments(books(heard, {}, emittedAt(moments)));
    expect(verdict).toMatchObject({ pairs: 5, delivered: 1, told: 2, lost: 2 });
    expect(verdict.examples).toEqual(['c as acme/ada: lost 0', 'c as acme/ada: lost 4']);
  });

  test('owes nothing of a node that ended before it said whether it had emitted it', () => {
    const emitted = [1, 2, 3, 4, 5, 6].map((n) => emit(n, n === 3 ? { written: null } : {}));
    for (const heard of [all, but(3)])
      expect(judgeMoments(books(heard, {}, emitted))).toMatchObject({ pairs: 4, ...nothingWrong });
  });

  test('finds somebody who never came to the end', () => {
    const verdict = judgeMoments(books([event(1), event(2)], { isUnfinished: true }));
    expect(verdict).toMatchObject({ unfinished: 1, lost: 0 });
  });
});
