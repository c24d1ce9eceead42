import { expect, test } from 'vitest';
import { type Done, type Ending, isCleanOfSends, judgeSends } from './judge-sends.js';

const life = 'a';
const complete = new Set([life]);
const ended = (key: string, outcome: string, by: string | null = null): Ending => ({
  key,
  outcome,
  by,
});
const done = (key: string, times: readonly number[] = [5000], by = life) => ({
  life: by,
  key,
  times,
});
const judged = (
  endings: readonly Ending[],
  work: readonly Done[],
  forgot: readonly number[] | null = null,
) => judgeSends({ endings, done: work, complete, forgot });

test('is content where what was done was said to be, once, and nothing else was done', () => {
  const endings = [ended('1', 'done', life), ended('2', 'expired'), ended('3', 'identity_changed')];
  const verdict = judged(endings, [done('1'), done('3')]);
  expect(verdict).toMatchObject({
    sent: 3,
    outcomes: { done: 1, expired: 1, identity_changed: 1 },
  });
  expect(isCleanOfSends(verdict)).toBe(true);
});

test('asks nothing of a server that was killed: what it did last is not known', () => {
  const verdict = judged([ended('1', 'done', 'killed')], []);
  expect(isCleanOfSends(verdict)).toBe(true);
});

test.each([
  ['appliedTwice', [ended('1', 'done', life)], [done('1', [5000, 9000])]],
  ['neverApplied', [ended('1', 'done', life)], []],
  ['endedTwice', [ended('1', 'expired'), ended('1', 'expired')], []],
  ['deniedAndDone', [ended('1', 'disconnected')], [done('1')]],
  ['unsettled', [ended('1', 'unsettled')], [done('1')]],
] as const)('finds what is %s', (kind, endings, work) => {
  const verdict = judged(endings, work);
  expect(verdict[kind]).toBe(1);
  expect(isCleanOfSends(verdict)).toBe(false);
});

test('finds what was done by two who know of each other, unless it was forgotten in between', () => {
  const work = [done('1', [9000]), done('1', [5000], 'b')];
  const endings = [ended('1', 'done', life)];
  expect(judged(endings, work).appliedTwice).toBe(0);
  expect(judged(endings, work, []).appliedTwice).toBe(1);
  expect(judged(endings, work, [3000, 11_000]).appliedTwice).toBe(1);
  expect(judged(endings, work, [7000]).appliedTwice).toBe(0);
});
