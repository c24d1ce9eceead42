/** Several servers on one real Redis: what is asked of one is true of all. */
import type { RealtimeOptions, UserKey } from 'keepline/server';
import { type RedisLog, redisLog } from 'keepline/server/redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ada, bruno, dial, startRealtime } from '../support/link.js';
import { hasRedis, type RedisProcess, RedisProxy, startRedis } from '../support/redis.js';
import { patience } from './support.js';

interface Node {
  readonly log: RedisLog;
  readonly realtime: ReturnType<typeof startRealtime>;
  readonly lost: UserKey[];
  /** Other nodes that it knows. */
  readonly known: () => number;
}

const nodeBeatMs = 200;
/** As long as a machine may take that has other things to do. */
const soon = { timeout: 20_000, interval: 20 };

describe.runIf(hasRedis)('on one Redis', { timeout: 60_000 }, () => {
  let redis: RedisProcess;
  let prefixes = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  function startNode(url: string, options: Partial<RealtimeOptions> = {}): Node {
    const log = redisLog({ url, prefix: `kl${prefixes}` });
    let known = () => -1;
    const gauge = (name: string, read: () => number) => {
      if (name === 'nodes_known') known = read;
    };
    const metrics = { count: () => undefined, observe: () => undefined, gauge };
    const realtime = startRealtime({ log, metrics, ...patience, nodeBeatMs, ...options });
    onTestFinished(() => log.close());
    const lost: UserKey[] = [];
    realtime.onUnreachable((user) => lost.push(user));
    return { log, realtime, lost, known: () => known() };
  }

  /** Nodes that know each other. */
  async function start(count: number, options: Partial<RealtimeOptions> = {}, of = redis) {
    prefixes += 1;
    const nodes = Array.from({ length: count }, () => startNode(of.url, options));
    await meet(nodes);
    return nodes as [Node, Node, Node];
  }
  const meet = (nodes: readonly Node[]) =>
    vi.waitFor(
      () => expect(nodes.map(({ known }) => known())).toEqual(nodes.map(() => nodes.length - 1)),
      soon,
    );
  const reached = (nodes: readonly Node[], { tenant, user }: UserKey = ada) =>
    nodes.map(({ realtime }) => realtime.reachable(tenant, user));
  const lostBy = (nodes: readonly Node[]) => nodes.map(({ lost }) => lost.length);
  const all = (nodes: readonly Node[], isReachable: boolean, user = ada) =>
    vi.waitFor(() => expect(reached(nodes, user)).toEqual(nodes.map(() => isReachable)), soon);

  test('a kick reaches the other node', async () => {
    const [here, there] = await start(2);
    const [link, other] = [await dialled(there, ada), await dialled(there, bruno)];
    expect(here.realtime.kick(ada, 4403, 'signed out')).toBe(0);
    await vi.waitFor(() => expect(link.ended).toEqual({ code: 4403, reason: 'signed out' }), soon);
    expect(other.ended).toBeUndefined();
  });

  test('a user has so many links on all nodes together', async () => {
    const [here, there] = await start(2, { limits: { socketsPerUser: 2 } });
    await dialled(here, ada);
    await all([there], true);
    await dialled(there, ada);
    await vi.waitFor(async () => {
      const third = await dialled(here, ada);
      const code = third.ended?.code;
      // Two nodes may both take the last place at one moment, and this may have been it.
      if (code === undefined) third.gone();
      expect(code).toBe(4429);
    }, soon);
    expect((await dialled(here, bruno)).ended).toBeUndefined();
  });

  test('a page that grows silent is reachable nowhere, and one node says so', async () => {
    const nodes = await start(3, { heartbeatMs: 1000 });
    const link = await dialled(nodes[1], ada);
    await all(nodes, true);
    await all(nodes, false);
    expect(lostBy(nodes)).toEqual([0, 1, 0]);
    link.say('ping');
    await all(nodes, true);
  });

  test('a node that comes later learns of everybody', async () => {
    const nodes = await start(2);
    const names = Array.from({ length: 2000 }, (_, n) => `${'n'.repeat(60)}${n}`);
    for (const user of names) await dialled(nodes[0], { tenant: 'harbour', user });
    const late = startNode(redis.url);
    await vi.waitFor(() => {
      const known = names.filter((user) => late.realtime.reachable('harbour', user));
      expect(known.length).toBe(names.length);
    }, soon);
  });

  test('a node that ends without a word is told of by one of the others, once', async () => {
    const nodes = await start(3);
    await dialled(nodes[0], ada);
    await dialled(nodes[0], bruno);
    await dialled(nodes[1], bruno);
    await all(nodes, true);
    await all(nodes, true, bruno);
    const left = nodes.slice(1);
    await nodes[0].log.close();
    await all(left, false);
    expect(reached(left, bruno)).toEqual([true, true]);
    await meet(left);
    expect(left.flatMap(({ lost }) => lost)).toEqual([ada]);
  });

  test('a node that leaves is forgotten at once', async () => {
    const nodes = await start(2, { nodeBeatMs: 10_000 });
    await dialled(nodes[0], ada);
    await all(nodes, true);
    await nodes[0].realtime.drain({ overMs: 0 });
    await all(nodes, false);
    // Before anybody could find that it is silent.
    await vi.waitFor(() => expect(nodes[1].known()).toBe(0), { timeout: 5000 });
    expect(lostBy(nodes)).toEqual([1, 0]);
  });

  test('while Redis is away nobody is lost who is there, and afterwards all is known', async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    // Whoever is back first waits for the others for three beats, and Redis is dialled every other second.
    const nodes = await start(2, { nodeBeatMs: 2000 }, own);
    await dialled(nodes[0], ada);
    const leaving = await dialled(nodes[1], bruno);
    await all(nodes, true);
    await all(nodes, true, bruno);
    await own.kill();
    const told = vi.fn();
    nodes[0].log.onAvailable(told);
    await vi.waitFor(() => expect(told).toHaveBeenCalledWith(false), soon);
    expect([reached(nodes), reached(nodes, bruno)]).toEqual([
      [true, true],
      [true, true],
    ]);
    leaving.gone();
    await own.start();
    await all(nodes, false, bruno);
    expect(reached(nodes)).toEqual([true, true]);
    expect(lostBy(nodes)).toEqual([0, 1]);
  });

  test('a node that is told of nothing any more, and of that neither, takes nobody for gone', async () => {
    const [there] = await start(1);
    const proxy = await RedisProxy.start(redis.port);
    onTestFinished(() => proxy.close());
    const deaf = startNode(proxy.url);
    await meet([there, deaf]);
    await dialled(there, ada);
    await all([there, deaf], true);
    proxy.deafen();
    const later = startNode(redis.url);
    // It is spoken to, and so heard; ten beats are more than a silent node is given.
    await vi.waitFor(() => expect(later.known()).toBe(2), soon);
    const beats = vi.fn();
    onTestFinished(later.log.nodes?.listen(beats) ?? (() => undefined));
    const ofDeaf = () => beats.mock.calls.filter(([from]) => from === deaf.log.nodes?.id).length;
    await vi.waitFor(() => expect(ofDeaf()).toBeGreaterThan(10), soon);
    expect(deaf.known()).toBe(1);
    expect(reached([deaf])).toEqual([true]);
    expect(lostBy([there, deaf, later])).toEqual([0, 0, 0]);
  });
});

async function dialled(node: Node, who: UserKey) {
  const link = await dial(node.realtime, who);
  // Where the stream is has to be asked of Redis first.
  await vi.waitFor(() => expect(link.ended ?? link.sent[0]).toBeDefined(), soon);
  return link;
}
