/** By which clock a node is silent: one that is made up, so that this process may stand still. */
import { expect, test, vi } from 'vitest';
import { Roster } from '../../../js-bindings/src/server/cluster/roster.js';

const beatMs = 1000;
const ada = { tenant: 'harbour', user: 'ada' };

function start(id = 'a') {
  let clock = 5000;
  const told = { ask: vi.fn(), lost: vi.fn(), settled: vi.fn(), silent: vi.fn() };
  const now = () => clock;
  const roster = new Roster({ id, beatMs, now, isReachableHere: () => false, told });
  const users = [{ ...ada, links: 1, standing: 'reachable' } as const];
  const meet = (node: string) => roster.hear(node, { kind: 'change', n: 1, users });
  /** Time goes by, in which this node hears itself. */
  const pass = (ms: number, beat: () => void = () => undefined) => {
    for (const end = clock + ms; clock < end; ) {
      clock += beatMs / 2;
      roster.echo();
      beat();
      roster.look();
    }
  };
  const stand = (ms: number) => {
    clock += ms;
  };
  return { roster, told, meet, pass, stand };
}

test('a node that is not heard for three beats is gone, and not before', () => {
  const { roster, told, meet, pass } = start();
  roster.echo();
  meet('b');
  pass(3000);
  expect([roster.size, roster.isReachable(ada)]).toEqual([1, true]);
  pass(500);
  expect([roster.size, roster.isReachable(ada)]).toEqual([0, false]);
  expect(told.silent).toHaveBeenCalledExactlyOnceWith('b', 1);
  expect(told.lost).toHaveBeenCalledExactlyOnceWith(ada);
  expect(told.settled).toHaveBeenCalledExactlyOnceWith('b');
});

test('a process that stood still takes nobody for gone, and gives them their time anew', () => {
  const { roster, told, meet, pass, stand } = start();
  roster.echo();
  meet('b');
  stand(60_000);
  roster.look();
  expect(roster.size).toBe(1);
  // From the first time on that it hears itself.
  pass(500 + 3000);
  expect(roster.size).toBe(1);
  pass(500);
  expect(roster.size).toBe(0);
  expect(told.lost).toHaveBeenCalledTimes(1);
});

test('a node that does not hear itself takes nobody for gone', () => {
  const { roster, meet, stand } = start();
  roster.echo();
  meet('b');
  for (let looks = 0; looks < 100; looks += 1) {
    stand(beatMs / 2);
    roster.look();
  }
  expect([roster.size, roster.isHeard]).toEqual([1, false]);
});

test('a node that another one has told of is not told of again, and one that nobody has is, by the next', () => {
  const of = (isSettled: boolean) => {
    const { roster, told, meet, pass } = start('m');
    roster.echo();
    meet('z');
    const first = () => roster.hear('b', { kind: 'beat', n: 0 });
    pass(4000, first);
    expect([roster.size, told.lost.mock.calls.length]).toEqual([1, 0]);
    if (isSettled) roster.hear('b', { kind: 'settled', node: 'z' });
    // It ends, too.
    pass(4000);
    expect(roster.size).toBe(0);
    return told.lost.mock.calls.length;
  };
  expect(of(true)).toBe(0);
  expect(of(false)).toBe(1);
});

test('a node that comes back is told of by itself again, and by nobody in its place', () => {
  const { roster, told, meet, pass } = start('m');
  roster.echo();
  meet('z');
  pass(4000, () => roster.hear('b', { kind: 'beat', n: 0 }));
  meet('z');
  const users = [{ ...ada, links: 0, standing: 'lost' } as const];
  roster.hear('z', { kind: 'change', n: 2, users });
  pass(4000, () => roster.hear('z', { kind: 'beat', n: 2 }));
  expect(roster.size).toBe(1);
  expect(told.lost).not.toHaveBeenCalled();
});

test('a user who is reachable again by then is not told of', () => {
  const { roster, told, meet, pass } = start();
  roster.echo();
  meet('b');
  pass(4000, () => meet('c'));
  expect(told.silent).toHaveBeenCalledExactlyOnceWith('b', 1);
  expect(told.lost).not.toHaveBeenCalled();
});

test('what was missed is asked for again where no answer comes, and not all the time', () => {
  const { roster, told, pass } = start();
  roster.echo();
  const beat = () => roster.hear('b', { kind: 'beat', n: 3 });
  pass(2000, beat);
  expect(told.ask).toHaveBeenCalledExactlyOnceWith('b');
  pass(1000, beat);
  expect(told.ask).toHaveBeenCalledTimes(2);
  roster.hear('b', { kind: 'snapshot', n: 3, part: 0, isLast: true, users: [] });
  pass(10_000, beat);
  expect(told.ask).toHaveBeenCalledTimes(2);
});
