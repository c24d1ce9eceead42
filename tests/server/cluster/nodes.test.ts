/** What the nodes of one log know of each other's users, whatever becomes of a node, of the bus or of a message. */
import { describe, expect, test, vi } from 'vitest';
import { ada, bruno, dial, otherAda } from '../support/link.js';
import { beatMs, type Node, pass, startNode, toldOf, Wire, withMadeUpTime } from './support.js';

/** Nodes that know each other, called a, b, c … */
async function start(count: number, options: Parameters<typeof startNode>[2] = {}) {
  withMadeUpTime();
  const wire = new Wire();
  const nodes = [...'abcdef'.slice(0, count)].map((id) => startNode(wire, id, options));
  await toldOf();
  return { wire, nodes: nodes as [Node, Node, Node, Node] };
}

const reached = (nodes: readonly Node[], { tenant, user } = ada): boolean[] =>
  nodes.slice().map(({ realtime }) => realtime.reachable(tenant, user));
const lostBy = (nodes: readonly Node[]): string[][] =>
  nodes.slice().map(({ lost }) => lost.map(({ tenant, user }) => `${tenant}/${user}`));

describe('a user', () => {
  test('who is reachable on one node is so on all, and nobody of the same name elsewhere', async () => {
    const { nodes } = await start(3);
    await dial(nodes[0].realtime, ada);
    await toldOf();
    expect(reached(nodes)).toEqual([true, true, true]);
    expect(reached(nodes, otherAda)).toEqual([false, false, false]);
    expect(nodes[1].realtime.connections()).toEqual([]);
  });

  test('whose page grows silent is reachable nowhere, which the node where it was says once', async () => {
    const { nodes } = await start(3, { heartbeatMs: 8000 });
    const link = await dial(nodes[1].realtime, ada);
    await pass(11_900);
    expect(reached(nodes)).toEqual([true, true, true]);
    await pass(600);
    expect(reached(nodes)).toEqual([false, false, false]);
    expect(lostBy(nodes)).toEqual([[], ['harbour/ada'], []]);
    link.say('ping');
    await toldOf();
    expect(reached(nodes)).toEqual([true, true, true]);
  });

  test('who moves to another node is lost by nobody', async () => {
    const { nodes } = await start(2);
    const before = await dial(nodes[0].realtime, ada);
    await dial(nodes[1].realtime, ada);
    await toldOf();
    before.gone();
    await toldOf();
    expect(reached(nodes)).toEqual([true, true]);
    expect(lostBy(nodes)).toEqual([[], []]);
  });

  test('is lost by the last of his nodes', async () => {
    const { nodes } = await start(3);
    const links = [await dial(nodes[0].realtime, ada), await dial(nodes[2].realtime, ada)];
    await toldOf();
    for (const link of links) {
      link.gone();
      await toldOf();
    }
    expect(lostBy(nodes)).toEqual([[], [], ['harbour/ada']]);
  });

  test('who is lost by two nodes at the same moment is lost once', async () => {
    const { nodes } = await start(4);
    const links = [await dial(nodes[1].realtime, ada), await dial(nodes[2].realtime, ada)];
    await toldOf();
    for (const link of links) link.gone();
    await toldOf();
    expect(lostBy(nodes).flat()).toEqual(['harbour/ada']);
    await pass(60_000);
    expect(lostBy(nodes).flat()).toEqual(['harbour/ada']);
  });
});

describe('a node', () => {
  test('that comes later learns of all users, in messages of 64 KiB at most', async () => {
    const { wire, nodes } = await start(1);
    const users = Array.from({ length: 2000 }, (_, n) => `${'é'.repeat(40)}${n}`);
    for (const user of users) await dial(nodes[0].realtime, { tenant: 'harbour', user });
    await toldOf();
    wire.said.length = 0;
    const late = startNode(wire, 'b');
    await toldOf();
    expect(users.every((user) => late.realtime.reachable('harbour', user))).toBe(true);
    expect(wire.kinds('a').filter((kind) => kind === 'snapshot').length).toBeGreaterThan(2);
    const sizes = wire.said.map(({ message }) => Buffer.byteLength(message));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
  });

  test('that comes later is told of what changes while it is told the rest', async () => {
    const limits = { socketsPerUser: 2 };
    const { wire, nodes } = await start(1, { limits });
    const linkOf = new Map<number, Awaited<ReturnType<typeof dial>>>();
    const userOf = (n: number) => ({ tenant: 'harbour', user: `${'x'.repeat(900)}${n}` });
    for (let n = 0; n < 2000; n += 1) linkOf.set(n, await dial(nodes[0].realtime, userOf(n)));
    await toldOf();
    const late = startNode(wire, 'b', { limits });
    // The first turn has been sent, and there are more.
    await pass(150);
    expect(wire.kinds('a').at(-1)).toBe('snapshot');
    expect(late.realtime.reachable('harbour', userOf(1999).user)).toBe(false);
    for (const n of [0, 1, 1998, 1999]) linkOf.get(n)?.gone();
    await dial(nodes[0].realtime, userOf(2000));
    // Of whom the first part has told.
    await dial(nodes[0].realtime, userOf(2));
    await pass(1000);
    expect((await dial(late.realtime, userOf(2))).ended?.code).toBe(4429);
    expect((await dial(late.realtime, userOf(3))).ended).toBeUndefined();
    const known = Array.from({ length: 2001 }, (_, n) => n).filter((n) =>
      late.realtime.reachable('harbour', userOf(n).user),
    );
    expect([known.length, known[0], known.at(-2), known.at(-1)]).toEqual([1997, 2, 1997, 2000]);
  });

  test('that leaves is forgotten at once, and its users are told of once, by itself', async () => {
    const gauges = new Map<string, () => number>();
    const gauge = (name: string, read: () => number) => void gauges.set(name, read);
    const metrics = { count: () => undefined, observe: () => undefined, gauge };
    const { wire, nodes: others } = await start(1);
    const nodes = [others[0], startNode(wire, 'b', { metrics })] as const;
    await dial(nodes[0].realtime, ada);
    await toldOf();
    expect(gauges.get('nodes_known')?.()).toBe(1);
    const leaving = nodes[0].realtime.drain({ overMs: 0 });
    await pass(1);
    await leaving;
    await pass(1);
    expect(gauges.get('nodes_known')?.()).toBe(0);
    expect(reached(nodes)).toEqual([false, false]);
    await pass(60_000);
    expect(lostBy(nodes)).toEqual([['harbour/ada'], []]);
  });

  test('that ends without a word is forgotten, and one of the others says so of its users', async () => {
    const { wire, nodes } = await start(3);
    await dial(nodes[0].realtime, ada);
    await dial(nodes[0].realtime, bruno);
    await dial(nodes[2].realtime, bruno);
    await toldOf();
    wire.cut('a');
    await pass(2 * beatMs);
    const left = nodes.slice(1);
    expect(reached(left)).toEqual([true, true]);
    await pass(3 * beatMs);
    expect(reached(left)).toEqual([false, false]);
    expect(reached(left, bruno)).toEqual([true, true]);
    await pass(120_000);
    expect(lostBy(left)).toEqual([['harbour/ada'], []]);
  });

  test('that ends together with the one that would have said so leaves nobody untold', async () => {
    const { wire, nodes } = await start(4);
    await dial(nodes[3].realtime, ada);
    await toldOf();
    wire.cut('d');
    // Found silent first, while the first of them is still believed to be there.
    await pass(beatMs);
    wire.cut('a');
    await pass(20 * beatMs);
    const left = nodes.slice(1, 3);
    expect(lostBy(left)).toEqual([['harbour/ada'], []]);
  });

  test('that was taken for dead and comes back is known again', async () => {
    const { wire, nodes } = await start(2);
    await dial(nodes[0].realtime, ada);
    await toldOf();
    wire.cut('a');
    await pass(6 * beatMs);
    expect(reached(nodes.slice(1))).toEqual([false]);
    wire.loses = () => false;
    await pass(2 * beatMs);
    expect(reached(nodes)).toEqual([true, true]);
  });

  test('that hears nobody, itself included, concludes nothing', async () => {
    const { wire, nodes } = await start(2);
    await dial(nodes[0].realtime, ada);
    await toldOf();
    wire.loses = (_, listener) => listener === 'b';
    await pass(60_000);
    expect(reached(nodes)).toEqual([true, true]);
    expect(lostBy(nodes)).toEqual([[], []]);
  });
});

describe('a bus that is away', () => {
  test('ends nobody, and once it is back tells what happened meanwhile', async () => {
    const { wire, nodes } = await start(3);
    const link = await dial(nodes[0].realtime, ada);
    await dial(nodes[1].realtime, bruno);
    await toldOf();
    wire.loses = () => true;
    await pass(60_000);
    link.gone();
    await dial(nodes[2].realtime, otherAda);
    await pass(60_000);
    expect(reached(nodes, bruno)).toEqual([true, true, true]);
    expect(lostBy(nodes)).toEqual([['harbour/ada'], [], []]);
    wire.loses = () => false;
    wire.said.length = 0;
    await pass(2 * beatMs);
    // Nothing was told into the void: nobody has to ask for all there is.
    expect(nodes.flatMap(({ id }) => wire.kinds(id))).not.toContain('ask');
    expect(reached(nodes, bruno)).toEqual([true, true, true]);
    expect(reached(nodes)).toEqual([false, false, false]);
    expect(reached(nodes, otherAda)).toEqual([true, true, true]);
    await pass(60_000);
    expect(lostBy(nodes)).toEqual([['harbour/ada'], [], []]);
  });

  test('does not hide that two nodes lost one user, each in the belief that the other has him', async () => {
    const { wire, nodes } = await start(3);
    const links = [await dial(nodes[1].realtime, ada), await dial(nodes[2].realtime, ada)];
    await toldOf();
    wire.loses = () => true;
    await pass(beatMs);
    for (const link of links) {
      link.gone();
      await pass(60_000);
    }
    expect(lostBy(nodes).flat()).toEqual([]);
    // What the first of them said at once was lost, and it is the last to be heard again; then nobody is who asks.
    wire.loses = ({ from }) => from === 'b';
    await pass(beatMs);
    wire.loses = ({ message }) => message.includes('"ask"');
    await pass(2 * beatMs);
    wire.loses = () => false;
    await pass(60_000);
    expect(reached(nodes)).toEqual([false, false, false]);
    expect(lostBy(nodes).flat()).toEqual(['harbour/ada']);
  });

  test('does not hide the end of a node', async () => {
    const { wire, nodes } = await start(3);
    await dial(nodes[2].realtime, ada);
    await toldOf();
    wire.loses = () => true;
    await pass(60_000);
    wire.loses = ({ from }, listener) => from === 'c' || listener === 'c';
    await pass(2 * beatMs);
    expect(lostBy(nodes).flat()).toEqual([]);
    await pass(10 * beatMs);
    expect(lostBy(nodes)).toEqual([['harbour/ada'], [], []]);
  });
});

describe('a message that is lost', () => {
  test('is missed, and what it said is known after the next', async () => {
    const { wire, nodes } = await start(2);
    const link = await dial(nodes[0].realtime, ada);
    await toldOf();
    wire.loses = ({ message }, listener) => listener === 'b' && message.includes('"change"');
    link.gone();
    await dial(nodes[0].realtime, bruno);
    await toldOf();
    expect(reached(nodes)).toEqual([false, true]);
    wire.loses = () => false;
    await pass(2 * beatMs);
    expect(reached(nodes)).toEqual([false, false]);
    expect(reached(nodes, bruno)).toEqual([true, true]);
    // By the node where he was, and by nobody who heard of it late.
    expect(lostBy(nodes)).toEqual([['harbour/ada'], []]);
  });

  test('is missed by the next one of its kind', async () => {
    const { wire, nodes } = await start(2);
    await dial(nodes[0].realtime, ada);
    wire.loses = ({ message }) => message.includes('"change"');
    await pass(200);
    wire.loses = () => false;
    await dial(nodes[0].realtime, bruno);
    await pass(200);
    expect([reached(nodes), reached(nodes, bruno)]).toEqual([
      [true, false],
      [true, true],
    ]);
    await pass(3 * beatMs);
    expect([reached(nodes), reached(nodes, bruno)]).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  test('of an answer is asked for again', async () => {
    const { wire, nodes } = await start(1);
    await dial(nodes[0].realtime, ada);
    await toldOf();
    let lost = 0;
    wire.loses = ({ message }) => {
      if (message.includes('"snapshot"')) lost += 1;
      return message.includes('"snapshot"') && lost <= 3;
    };
    const late = startNode(wire, 'b');
    await pass(20 * beatMs);
    expect(lost).toBeGreaterThan(3);
    expect(reached([late])).toEqual([true]);
  });
});

describe('what nobody of ours has said', () => {
  test('is not listened to, and of another version is told once', async () => {
    const warn = vi.fn();
    const logger = { debug: () => undefined, info: () => undefined, error: () => undefined, warn };
    const { wire, nodes } = await start(2, { logger });
    const link = await dial(nodes[0].realtime, ada);
    const { send } = wire.bus('stranger');
    const kick = { n: 1, isAgain: false, ageMs: 0, kick: { filter: {}, code: 4403, reason: '' } };
    const all = { v: 1, kind: 'kick', ...kick };
    const wrong = { ...all, kick: { ...kick.kick, filter: { role: 'agent' } } };
    const words = [
      '',
      'null',
      '[]',
      '{"v":1}',
      '{"v":1,"kind":"beat","n":-1}',
      'x'.repeat(300_000),
    ];
    for (const text of words) send(text);
    for (const message of [{ ...all, v: 2 }, { ...all, v: 3 }, wrong])
      send(JSON.stringify(message));
    await pass(60_000);
    expect(link.ended).toBeUndefined();
    expect(reached(nodes)).toEqual([true, true]);
    expect(warn.mock.calls.map(([, text]) => text)).toEqual([
      expect.stringContaining('another version'),
      expect.stringContaining('another version'),
    ]);
    // The same without a fault is one.
    send(JSON.stringify(all));
    await pass(1);
    expect(link.ended?.code).toBe(4403);
  });
});
