/** What goes for a user wherever his links are: he is sent away, and has so many links. */
import { describe, expect, test, vi } from 'vitest';
import { ada, bruno, dial, FakeLink, otherAda } from '../support/link.js';
import { beatMs, pass, startNode, toldOf, Wire, withMadeUpTime } from './support.js';

async function start(options: Parameters<typeof startNode>[2] = {}) {
  withMadeUpTime();
  const wire = new Wire();
  const [here, there] = [startNode(wire, 'a', options), startNode(wire, 'b', options)];
  await toldOf();
  return { wire, here: here.realtime, there: there.realtime };
}

describe('a kick', () => {
  test('reaches the links of other nodes, with code and reason, and nobody else', async () => {
    const { here, there } = await start();
    const links = [
      await dial(here, ada),
      await dial(there, ada),
      await dial(there, bruno),
      await dial(there, otherAda),
    ];
    expect(here.kick(ada, 4403, 'signed out')).toBe(1);
    await pass(1);
    const ended = { code: 4403, reason: 'signed out' };
    expect(links.map((link) => link.ended)).toEqual([ended, ended, undefined, undefined]);
  });

  test('may be of one link there, by its name, and of all that is asked for beside it', async () => {
    const { here, there } = await start();
    const [one, tab] = [await dial(there, ada), await dial(there, ada)];
    const [info] = there.connections();
    if (!info) throw new Error('nobody is connected');
    here.kick({ connectionId: info.connectionId, user: 'bruno' });
    await pass(1);
    expect(one.ended).toBeUndefined();
    // What else is known of a link narrows nothing, here as there.
    expect(here.kick(info)).toBe(0);
    await pass(1);
    expect([one.ended?.code, tab.ended]).toEqual([4403, undefined]);
  });

  test('that no server may send is sent to nobody', async () => {
    const { wire, here } = await start();
    expect(() => here.kick(ada, 1006)).toThrow('1006');
    await pass(1);
    expect(wire.kinds('a')).not.toContain('kick');
  });

  test('that was lost on its way is told again, once, and spares who has dialled since', async () => {
    const { wire, here, there } = await start();
    const before = await dial(there, ada);
    await pass(10);
    wire.loses = ({ message }) => message.includes('"kick"');
    here.kick(ada, 4403, 'signed out');
    await pass(10);
    expect(before.ended).toBeUndefined();
    const since = await dial(there, ada);
    await pass(10);
    wire.loses = () => false;
    await pass(2 * beatMs);
    expect([before.ended?.code, since.ended]).toEqual([4403, undefined]);
  });

  test('while the bus is away is told when it is back, and said to be late', async () => {
    const warn = vi.fn();
    const logger = { debug: () => undefined, info: () => undefined, error: () => undefined, warn };
    const { wire, here, there } = await start({ logger });
    const link = await dial(there, ada);
    wire.loses = () => true;
    await pass(20_000);
    here.kick(ada, 4401, 'x'.repeat(500));
    expect(warn).toHaveBeenCalledExactlyOnceWith(ada, expect.stringContaining('kick'));
    await pass(20_000);
    expect(link.ended).toBeUndefined();
    wire.loses = () => false;
    await pass(2 * beatMs);
    expect(link.ended).toEqual({ code: 4401, reason: 'x'.repeat(123) });
  });

  test('is not told again for longer than a minute', async () => {
    const { wire, here, there } = await start();
    const link = await dial(there, ada);
    wire.loses = () => true;
    await pass(10_000);
    here.kick(ada);
    await pass(65_000);
    wire.loses = () => false;
    await pass(60_000);
    expect(link.ended).toBeUndefined();
    // Later ones go on as before.
    here.kick(ada);
    await pass(1);
    expect(link.ended?.code).toBe(4403);
  });
});

describe('the links of one user', () => {
  const limits = { socketsPerUser: 2 };

  test('are counted on all nodes, and each that goes makes room', async () => {
    const { here, there } = await start({ limits });
    const first = await dial(here, ada);
    await dial(there, ada);
    await toldOf();
    for (const node of [here, there]) expect((await dial(node, ada)).ended?.code).toBe(4429);
    expect((await dial(there, bruno)).ended).toBeUndefined();
    expect((await dial(here, otherAda)).ended).toBeUndefined();
    first.gone();
    await toldOf();
    expect((await dial(there, ada)).ended).toBeUndefined();
  });

  test('on a node that has ended count no longer once that is known', async () => {
    const { wire, here, there } = await start({ limits });
    await dial(here, ada);
    await dial(here, ada);
    await toldOf();
    wire.cut('a');
    expect((await dial(there, ada)).ended?.code).toBe(4429);
    await pass(5 * beatMs);
    expect((await dial(there, ada)).ended).toBeUndefined();
  });

  test('of one address are each node’s own', async () => {
    const { here, there } = await start({ limits: { socketsPerAddress: 1 } });
    await dial(here, ada);
    await toldOf();
    expect(here.turnsAway('192.0.2.1')).toBe(429);
    expect(there.turnsAway('192.0.2.1')).toBeNull();
    expect((await dial(there, ada, new FakeLink())).ended).toBeUndefined();
  });
});
