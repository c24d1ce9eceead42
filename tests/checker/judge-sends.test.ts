import { expect, test } from 'vitest';
import { type Ending, isCleanOfSends, judgeSends } from './judge-sends.js';

const life = 'a';
const complete = new Set([life]);
const ended = (key: string, outcome: string, by: string | null = null): Ending => ({
  key,
  outcome,
  by,
});
const done = (key: string, times = 1) => ({ life, key, times });

test('is content where what was done was said to be, once, and nothing else was done', () => {
  const endings = [ended('1', 'done', life), ended('2', 'expired'), ended('3', 'identity_changed')];
  const verdict = judgeSends(endings, [done('1'), done('3')], complete);
  expect(verdict).toMatchObject({
    sent: 3,
    outcomes: { done: 1, expired: 1, identity_changed: 1 },
  });
  expect(isCleanOfSends(verdict)).toBe(true);
});

test('asks nothing of a server that was killed: what it did last is not known', () => {
  const verdict = judgeSends([ended('1', 'done', 'killed')], [], complete);
  expect(isCleanOfSends(verdict)).toBe(true);
});

test.each([
  ['appliedTwice', [ended('1', 'done', life)], [done('1', 2)]],
  ['neverApplied', [ended('1', 'done', life)], []],
  ['endedTwice', [ended('1', 'expired'), ended('1', 'expired')], []],
  ['deniedAndDone', [ended('1', 'disconnected')], [done('1')]],
  ['unsettled', [ended('1', 'unsettled')], [done('1')]],
] as const)('finds what is %s', (kind, endings, work) => {
  const verdict = judgeSends(endings, work, complete);
  expect(verdict[kind]).toBe(1);
  expect(isCleanOfSends(verdict)).toBe(false);
});
