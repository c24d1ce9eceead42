import { describe, expect, it } from 'vitest';
import {
  Backlog,
  backlogCharactersMax,
  backlogEventsMax,
} from '../../../js-bindings/dist/worker/backlog.js';

const roomy = 2 ** 20;

const fact = (n: number) => ({ type: 'call_update', data: { callId: `c${n}` }, receivedAt: n });
const progress = (importId: string, n: number) => ({
  type: 'import_progress',
  data: { importId, processed: n },
  receivedAt: n,
});

/** What a batch holds, by the `n` of each event. */
const numbers = (batch: { text: string; receivedAt: readonly number[] } | null) => {
  const parsed = JSON.parse(batch?.text ?? '[]') as { n: number }[];
  expect(batch?.receivedAt ?? []).toEqual(parsed.map(({ n }) => n));
  return parsed.map(({ n }) => n);
};

const text = (n: number) => JSON.stringify({ n });

describe('the backlog', () => {
  it('gives back what it was given, in order, in batches of a size', () => {
    const backlog = new Backlog();
    for (let n = 0; n < 5; n += 1) backlog.add(fact(n), text(n), true);
    expect(numbers(backlog.take(3, roomy))).toEqual([0, 1, 2]);
    expect(numbers(backlog.take(3, roomy))).toEqual([3, 4]);
    expect(backlog.take(3, roomy)).toBeNull();
  });

  it('ends a batch once it is large, and never makes an empty one', () => {
    const backlog = new Backlog();
    for (let n = 0; n < 3; n += 1) backlog.add(fact(n), text(n), true);
    expect(numbers(backlog.take(10, 1))).toEqual([0]);
    expect(numbers(backlog.take(10, text(1).length + 1))).toEqual([1, 2]);
  });

  it('keeps of a state the newest alone while the page is behind, each import for itself', () => {
    const backlog = new Backlog();
    backlog.add(progress('a', 0), text(0), true);
    backlog.add(fact(1), text(1), true);
    backlog.add(progress('b', 2), text(2), true);
    backlog.add(progress('a', 3), text(3), true);
    backlog.add(progress('a', 4), text(4), true);
    expect(backlog.figures()).toEqual({ events: 3, coalesced: 2, lost: 0 });
    expect(numbers(backlog.take(10, roomy))).toEqual([1, 2, 4]);
  });

  it('keeps every state of a page that keeps up', () => {
    const backlog = new Backlog();
    backlog.add(progress('a', 0), text(0), false);
    backlog.add(progress('a', 1), text(1), false);
    expect(numbers(backlog.take(10, roomy))).toEqual([0, 1]);
  });

  it('does not look for a state that has crossed already', () => {
    const backlog = new Backlog();
    backlog.add(progress('a', 0), text(0), true);
    expect(numbers(backlog.take(10, roomy))).toEqual([0]);
    backlog.add(fact(1), text(1), true);
    backlog.add(progress('a', 2), text(2), true);
    expect(numbers(backlog.take(10, roomy))).toEqual([1, 2]);
    expect(backlog.figures().coalesced).toBe(0);
  });

  it('takes a state without its key for a fact', () => {
    const backlog = new Backlog();
    for (const data of [null, undefined, 7, {}, { importId: 7 }]) {
      backlog.add({ type: 'import_progress', data, receivedAt: 0 }, text(0), true);
    }
    backlog.add({ type: '__proto__', data: { importId: 'a' }, receivedAt: 0 }, text(0), true);
    expect(backlog.figures()).toEqual({ events: 6, coalesced: 0, lost: 0 });
  });

  it('gives up the oldest past its bound in events, and counts them', () => {
    const backlog = new Backlog();
    for (let n = 0; n < backlogEventsMax + 3; n += 1) backlog.add(fact(n), text(n), true);
    expect(backlog.figures()).toEqual({ events: backlogEventsMax, coalesced: 0, lost: 3 });
    expect(numbers(backlog.take(2, roomy))).toEqual([3, 4]);
  });

  it('gives up the oldest past its bound in characters, but never the only one', () => {
    const backlog = new Backlog();
    const half = 'x'.repeat(backlogCharactersMax / 2);
    for (let n = 0; n < 3; n += 1) backlog.add(fact(n), half, true);
    expect(backlog.figures()).toEqual({ events: 2, coalesced: 0, lost: 1 });
    backlog.add(fact(3), 'x'.repeat(backlogCharactersMax + 1), true);
    expect(backlog.figures()).toEqual({ events: 1, coalesced: 0, lost: 3 });
  });

  it('keeps one of a state that is replaced a million times behind a fact', () => {
    const backlog = new Backlog();
    backlog.add(fact(0), text(0), true);
    const end = backlog.end;
    for (let n = 1; n <= 1_000_000; n += 1) backlog.add(progress('a', n), text(n), true);
    expect(backlog.figures()).toEqual({ events: 2, coalesced: 999_999, lost: 0 });
    expect(backlog.front).toBeLessThan(end);
    expect(numbers(backlog.take(1, roomy))).toEqual([0]);
    expect(backlog.front).toBeGreaterThanOrEqual(end);
    expect(numbers(backlog.take(10, roomy))).toEqual([1_000_000]);
  });

  it('knows its states after thousands have passed through', () => {
    const backlog = new Backlog();
    const taken: number[] = [];
    for (let n = 0; n < 10_000; n += 1) {
      backlog.add(n % 3 === 0 ? progress('a', n) : fact(n), text(n), true);
      if (n % 2 === 0) taken.push(...numbers(backlog.take(1, roomy)));
    }
    while (backlog.size > 0) taken.push(...numbers(backlog.take(100, roomy)));
    expect(taken).toEqual([...taken].sort((a, b) => a - b));
    const { coalesced, lost } = backlog.figures();
    expect(taken.length + coalesced).toBe(10_000);
    expect(lost).toBe(0);
    expect(taken.filter((n) => n % 3 !== 0)).toHaveLength(6666);
  });

  it('forgets what waits when it is told to', () => {
    const backlog = new Backlog();
    backlog.add(progress('a', 0), text(0), true);
    backlog.clear();
    backlog.add(progress('a', 1), text(1), true);
    expect(numbers(backlog.take(10, roomy))).toEqual([1]);
    expect(backlog.figures().coalesced).toBe(0);
  });
});
