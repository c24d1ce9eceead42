/** What nodes write for each other is read as it was meant, and whatever else comes is not read at all. */
import { describe, expect, test } from 'vitest';
import { Peer } from '../../../js-bindings/src/server/cluster/peer.js';
import { Roster } from '../../../js-bindings/src/server/cluster/roster.js';
import { Telling } from '../../../js-bindings/src/server/cluster/telling.js';
import {
  decodeNodeMessage,
  encodeNodeMessage,
  encodeUsers,
  type UserState,
} from '../../../js-bindings/src/server/cluster/wire.js';

const kick = { filter: { tenant: 'é"\n', user: 'ada' }, code: 4403, reason: 'out' };
const users: UserState[] = [
  { tenant: 'harbour', user: 'ada', links: 2, standing: 'reachable' },
  { tenant: '__proto__', user: '\u{1F4DE}"', links: 1, standing: 'lost' },
  { tenant: 'a', user: 'b', links: 0, standing: 'deferred' },
];

describe('a message', () => {
  test.each([
    { kind: 'hello', n: 0 },
    { kind: 'beat', n: 7 },
    { kind: 'bye', n: 2 ** 53 - 1 },
    { kind: 'ask' },
    { kind: 'settled', node: 'x' },
    { kind: 'kick', n: 3, isAgain: true, ageMs: 12, kick },
  ] as const)('%o is read as it was written', (message) => {
    expect(decodeNodeMessage(encodeNodeMessage(message))).toEqual(message);
  });

  test('of users is read as it was written', () => {
    const change = { kind: 'change', n: 4 } as const;
    const snapshot = { kind: 'snapshot', n: 4, part: 0, isLast: false } as const;
    for (const head of [change, snapshot]) {
      expect(decodeNodeMessage(encodeUsers(head, users.values()))).toEqual({ ...head, users });
    }
  });

  test('takes as many users as it holds, and leaves the rest', () => {
    const many = Array.from({ length: 3000 }, (_, n) => ({
      ...{ tenant: 'harbour', user: `${'"'.repeat(30)}${n}`, links: 1 },
      standing: 'reachable' as const,
    }));
    const rest = many.values();
    const read: string[] = [];
    for (let part = 0; read.length < many.length; part += 1) {
      const text = encodeUsers({ kind: 'snapshot', n: 0, part, isLast: false }, rest);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(64 * 1024);
      const message = decodeNodeMessage(text);
      if (message === null || message === 'foreign' || message.kind !== 'snapshot')
        throw new Error('not read');
      read.push(...message.users.map(({ user }) => user));
    }
    expect(read).toEqual(many.map(({ user }) => user));
  });

  const good = { v: 1, kind: 'kick', n: 1, isAgain: false, ageMs: 0, kick };
  const withKick = (other: object) => ({ ...good, kick: { ...kick, ...other } });
  const change = (rows: unknown) => ({ v: 1, kind: 'change', n: 1, users: rows });
  test.each([
    'x',
    '1',
    '{"kind":"ask"}',
    { v: '1', kind: 'ask' },
    { v: 1 },
    { v: 1, kind: 'else' },
    { v: 1, kind: 'beat', n: 1.5 },
    { v: 1, kind: 'beat', n: '1' },
    { v: 1, kind: 'settled' },
    { v: 1, kind: 'snapshot', n: 1, part: 0, users: [] },
    change(null),
    change([['a', 'b', 1]]),
    change([['a', 'b', 1, 3]]),
    change([['a', 'b', 1, 0.5]]),
    change([['a', 'b', -1, 1]]),
    change([['a', 7, 1, 1]]),
    change([{ tenant: 'a', user: 'b', links: 1, standing: 1 }]),
    { ...good, isAgain: 0 },
    { ...good, ageMs: -1 },
    withKick({ filter: null }),
    withKick({ filter: [] }),
    withKick({ filter: { tenant: null } }),
    withKick({ filter: { tenant: 'a', role: 'agent' } }),
    withKick({ code: 1006 }),
    withKick({ code: 4403.5 }),
    withKick({ code: '4403' }),
    withKick({ reason: 7 }),
    { ...good, padding: 'x'.repeat(300_000) },
  ])('%j is none', (wrong) => {
    const text = typeof wrong === 'string' ? wrong : JSON.stringify(wrong);
    expect(decodeNodeMessage(text)).toBeNull();
    expect(decodeNodeMessage(JSON.stringify(good))).not.toBeNull();
  });

  test('of another version is told apart from none', () => {
    expect(decodeNodeMessage('{"v":2,"kind":"beat","n":1}')).toBe('foreign');
  });
});

describe('what waits for others has a bound', () => {
  const here = { isReachable: () => true, of: () => undefined, users: () => [] };

  test('of 200,000 changes: beyond them a number is left out, so that all ask', () => {
    const telling = new Telling(here, 1000);
    for (let n = 0; n <= 200_000; n += 1) telling.changed({ tenant: 'harbour', user: `u${n}` });
    const { text = '' } = telling.next() ?? {};
    expect(decodeNodeMessage(text)).toMatchObject({ kind: 'change', n: 2, users: [{}] });
    expect(telling.isDone).toBe(true);
  });

  test('of the 256 newest kicks', () => {
    const telling = new Telling(here, 1000);
    for (let n = 0; n < 300; n += 1) telling.kick(kick, 0);
    const again = telling.answer('b', 0).map((text) => decodeNodeMessage(text));
    expect(again.length).toBe(256);
    expect(again.at(-1)).toMatchObject({ kind: 'kick', n: 300, isAgain: true });
  });
});

describe('what is known of others', () => {
  const change = (n: number, from: number, count: number) => ({
    ...({ kind: 'change', n } as const),
    users: Array.from({ length: count }, (_, index) => ({
      ...{ tenant: 'harbour', user: `u${from + index}`, links: 1, standing: 'reachable' },
    })) as UserState[],
  });
  const user = (n: number) => ({ tenant: 'harbour', user: `u${n}` });

  test('has a bound for one node: 200,000 users, of whom each is told of further', () => {
    const peer = new Peer(0, 0);
    for (let n = 1; n <= 21; n += 1) peer.take(change(n, (n - 1) * 10_000, 10_000));
    expect([peer.isReachable(user(199_999)), peer.isReachable(user(200_000))]).toEqual([
      true,
      false,
    ]);
    const gone = { ...user(0), links: 0, standing: 'lost' } as const;
    expect(peer.take({ kind: 'change', n: 22, users: [gone] })).toEqual([
      { ...user(0), isDeferred: false },
    ]);
    peer.take(change(23, 200_000, 1));
    expect(peer.isReachable(user(200_000))).toBe(true);
  });

  test('is not replaced by a snapshot without one of its parts', () => {
    const peer = new Peer(0, 0);
    const [, of] = [peer.take(change(1, 0, 1)), change(0, 1, 1)];
    const part = (index: number, isLast = false) =>
      peer.take({ kind: 'snapshot', n: 1, part: index, isLast, users: isLast ? [] : of.users });
    const losses = [part(0), part(2), part(3, true)].flat();
    expect([losses, peer.isBehind, peer.isReachable(user(0))]).toEqual([[], true, true]);
    const lost = [part(0), part(1, true)].flat();
    expect(lost).toEqual([{ ...user(0), isDeferred: false }]);
    expect([peer.isBehind, peer.isReachable(user(1))]).toEqual([false, true]);
  });

  test('has a bound for all: 1,000 nodes', () => {
    const nothing = () => undefined;
    const told = { ask: nothing, lost: nothing, settled: nothing, silent: nothing };
    const roster = new Roster({
      ...{ id: 'me', beatMs: 1000, now: () => 0, isReachableHere: () => false, told },
    });
    for (let node = 0; node < 1100; node += 1) roster.hear(`n${node}`, { kind: 'beat', n: 0 });
    expect(roster.size).toBe(1000);
  });
});
