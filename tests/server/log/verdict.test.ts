/** Whoever comes back is told that all of it follows, or what is missing: each position has one answer. */
import { describe, expect, test } from 'vitest';
import { readPosition } from '../../../js-bindings/src/server/event-log/event-log.js';
import { verdictOn } from '../../../js-bindings/src/server/stream/verdict.js';

const stream = { epoch: 'k3J9xQab', floor: 100, head: 200 };
const began = 'k3J9xQab.190';
const little = (_after: number) => true;
const reasonOf = (asked: unknown, fits = little) => {
  const verdict = verdictOn(asked, stream, began, fits);
  return verdict.kind === 'gap' ? verdict.reason : verdict.from;
};

describe('a position', () => {
  test.each([
    ['k3J9xQab.99', 99],
    ['k3J9xQab.98', 'trimmed'],
    ['k3J9xQab.200', 200],
    ['k3J9xQab.201', 'ahead'],
    ['k3J9xQac.150', 'epoch'],
    [null, 190],
    [undefined, 'invalid'],
    [150, 'invalid'],
    ['', 'invalid'],
    ['150', 'invalid'],
    ['k3J9xQab.', 'invalid'],
    ['k3J9xQab.0150', 'invalid'],
    ['k3J9xQab.-1', 'invalid'],
    ['k3J9xQab.1e2', 'invalid'],
    ['k3J9xQab.150 ', 'invalid'],
    ['k3J9xQab.9999999999999999', 'invalid'],
    ['a b.150', 'invalid'],
    [`${'x'.repeat(17)}.150`, 'invalid'],
    ['__proto__.150', 'epoch'],
  ])('%j is answered by %s', (asked, expected) => {
    expect(reasonOf(asked)).toBe(expected);
  });

  test('from which too much would follow is a gap, and how much follows is asked of what is kept', () => {
    const asked: number[] = [];
    const never = (after: number) => {
      asked.push(after);
      return false;
    };
    expect(reasonOf('k3J9xQab.150', never)).toBe('too_many');
    expect(reasonOf('k3J9xQab.98', never)).toBe('trimmed');
    expect(asked).toEqual([150]);
  });

  test('that is endless is not repeated in the answer', () => {
    expect(verdictOn('x'.repeat(5000), stream, began, little)).toMatchObject({ from: null });
  });

  test('is read back as it was written', () => {
    expect(readPosition('k3J9xQab.190')).toEqual({ epoch: 'k3J9xQab', seq: 190 });
  });
});
