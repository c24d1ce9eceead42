import { describe, expect, test } from 'vitest';
import { type Books, isClean, judge, type Sitting } from './judge.js';

const at = (seq: number, epoch = 'a') => `${epoch}.${seq}`;
const event = (n: number, seq = n) => ({ kind: 'event', n, seq }) as const;
const gap = (from: string | null, to: string | null, reason = 'epoch') =>
  ({ kind: 'gap', from, to, reason }) as const;
const logged = [1, 2, 3, 4].map(
  (n) => ({ n, tenant: 'acme', to: 'tenant', position: at(n) }) as const,
);

/** One client that heard this of four events. */
function books(heard: Sitting['heard'], more: Partial<Sitting> = {}): Books {
  const sitting: Sitting = {
    client: 'c',
    tenant: 'acme',
    user: 'ada',
    began: at(0),
    ended: at(4),
    last: true,
    heard,
    ...more,
  };
  return { logged, sittings: [sitting] };
}

describe('The judge', () => {
  test('is content where each event came once', () => {
    const verdict = judge(books([event(1), event(2), event(3), event(4)]));
    expect(verdict).toMatchObject({ pairs: 4, delivered: 4, told: 0 });
    expect(isClean(verdict)).toBe(true);
  });

  test('is content where a gap was told of what did not come', () => {
    const verdict = judge(books([event(1), gap(at(1), at(3)), event(4)]));
    expect(verdict).toMatchObject({ delivered: 2, told: 2, reasons: { epoch: 1 } });
    expect(isClean(verdict)).toBe(true);
  });

  test('lets a gap reach from one epoch into the next', () => {
    const next = { n: 5, tenant: 'acme', to: 'tenant', position: at(9, 'b') } as const;
    const given = books([event(1), gap(at(1), at(9, 'b'))], { ended: at(9, 'b') });
    const verdict = judge({ ...given, logged: [...logged, next] });
    expect(verdict).toMatchObject({ pairs: 5, told: 4, lost: 0 });
  });

  test('lets a gap without an end be over where nothing was missing', () => {
    const heard = [event(1), gap(at(1), null), { kind: 'whole' } as const, event(2)];
    const verdict = judge(books([...heard, event(3), event(4)]));
    expect(verdict).toMatchObject({ delivered: 4, told: 0 });
    expect(isClean(verdict)).toBe(true);
  });

  test('lets an event come again in the next epoch, where its id was forgotten with the first', () => {
    const again = { n: 4, tenant: 'acme', to: 'tenant', position: at(9, 'b') } as const;
    const heard = [event(1), event(2), event(3), event(4), gap(at(4), at(8, 'b')), event(4, 9)];
    const verdict = judge({ ...books(heard, { ended: at(9, 'b') }), logged: [...logged, again] });
    expect(verdict).toMatchObject({ pairs: 5, delivered: 5, doubled: 0 });
    expect(isClean(verdict)).toBe(true);
  });

  test('finds an event that was written twice in one epoch', () => {
    const verdict = judge(books([event(1), event(2), event(3), event(4), event(4, 5)]));
    expect(verdict.doubled).toBe(1);
  });

  test('asks for nothing of before a client began, and of after it left', () => {
    const verdict = judge(books([event(2)], { began: at(1), ended: at(2), last: false }));
    expect(verdict).toMatchObject({ pairs: 1, delivered: 1 });
    expect(isClean(verdict)).toBe(true);
  });

  test.each([
    ['lost', [event(1), event(2), event(4)]],
    ['lost', [gap(at(0), at(2)), event(4)]],
    ['doubled', [event(1), event(2), event(2), event(3), event(4)]],
    ['outOfOrder', [event(1), event(3), event(2), event(4)]],
    ['foreign', [event(1), event(2), event(3), event(4), event(99)]],
    ['unfinished', [event(1), event(2), event(3), event(4), gap(at(4), null)]],
    ['unfinished', [event(1), gap(at(1), null), event(2), { kind: 'whole' }, event(3), event(4)]],
    ['miscounted', [event(1), gap(at(1), at(2), 'lost'), event(3), event(4)]],
  ] as const)('finds what is %s', (kind, heard) => {
    const verdict = judge(books(heard));
    expect(verdict[kind]).toBe(1);
    expect(isClean(verdict)).toBe(false);
    expect(verdict.examples[0]).toContain('c as acme/ada');
  });

  test('finds an event that was for somebody else of the tenant', () => {
    const given = books([event(1), event(2), event(3), event(4)]);
    const others = logged.map((each) => (each.n === 2 ? { ...each, to: { users: ['bo'] } } : each));
    expect(judge({ ...given, logged: others })).toMatchObject({ foreign: 1, pairs: 3 });
  });

  test('finds a client that never came to the end', () => {
    const verdict = judge(books([event(1), event(2)], { ended: at(2) }));
    expect(verdict).toMatchObject({ unfinished: 1, lost: 0 });
  });
});
