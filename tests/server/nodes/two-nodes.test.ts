/** Two nodes with one log: events, positions and answers of one are those of the other. */
import { type MessageHandler, MessageRefused, type Realtime } from 'keepline/server';
import { type RedisLog, redisLog } from 'keepline/server/redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ada, dial, type FakeLink, startRealtime } from '../support/link.js';
import { hasRedis, type RedisProcess, startRedis } from '../support/redis.js';

type Told = { type: string; id?: string; data: Record<string, unknown> };
const told = (link: FakeLink) => link.sent as unknown as Told[];
const find = (link: FakeLink, type: string) => told(link).find((each) => each.type === type)?.data;
const answerTo = (link: FakeLink, id: string) => told(link).find((each) => each.id === id);

describe.runIf(hasRedis)('two nodes', { timeout: 60_000 }, () => {
  let redis: RedisProcess;
  let prefixes = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const start = async (note: MessageHandler = () => 'done', waitMs = 5000) => {
    prefixes += 1;
    const options = { url: redis.url, prefix: `n${prefixes}`, waitMs };
    const logs = [redisLog(options), redisLog(options)] as const;
    const nodes = logs.map((log) => startRealtime({ log, messages: { note } }));
    onTestFinished(async () => {
      await Promise.all(logs.map((log) => log.close()));
    });
    await vi.waitFor(() => expect(logs.every((log) => log.isUp)).toBe(true), 10_000);
    return { nodes: nodes as [Realtime, Realtime], logs: logs as [RedisLog, RedisLog] };
  };
  const follow = async (node: Realtime, from: unknown) => {
    const link = await dial(node, ada);
    await vi.waitFor(() => expect(find(link, 'connected')).toBeDefined(), 10_000);
    link.say({ type: 'resume', data: { from } });
    await vi.waitFor(() => expect(find(link, 'position')).toBeDefined(), 10_000);
    return link;
  };
  const events = (link: FakeLink) =>
    told(link).flatMap(({ type, data }) => (type === 'n' ? [data] : []));
  const publish = (node: Realtime, data: number) =>
    node.publish({ tenant: 'harbour', to: 'tenant', type: 'n', data });

  test('reach the links of each other, in one order', async () => {
    const { nodes } = await start();
    const links = await Promise.all(nodes.map((node) => follow(node, null)));
    for (let n = 0; n < 20; n += 1) await publish(nodes[n % 2] as Realtime, n);
    const all = Array.from({ length: 20 }, (_, n) => n);
    for (const link of links) await vi.waitFor(() => expect(events(link)).toEqual(all), 10_000);
  });

  test('take a link of each other where it stood', async () => {
    const { nodes } = await start();
    const first = await follow(nodes[0], null);
    const { position } = await publish(nodes[0], 1);
    await vi.waitFor(() => expect(events(first)).toEqual([1]));
    first.gone();
    await publish(nodes[1], 2);
    expect(events(await follow(nodes[1], position))).toEqual([2]);
  });

  describe('a message with an id', () => {
    const say = (link: FakeLink, id: string) => link.say({ type: 'note', id, data: {} });
    const isAnswered = (link: FakeLink, id: string) =>
      vi.waitFor(() => {
        const answer = answerTo(link, id);
        expect(answer).toBeDefined();
        return answer;
      }, 30_000);

    test('is done once, and its result is the same over the other node', async () => {
      const note = vi.fn(() => ({ number: note.mock.calls.length }));
      const { nodes } = await start(note);
      const links = await Promise.all(nodes.map((node) => follow(node, null)));
      for (const link of links) {
        say(link, 'm-1');
        await isAnswered(link, 'm-1');
      }
      expect(links.map((link) => answerTo(link, 'm-1')?.data)).toEqual([
        { outcome: 'done', result: { number: 1 } },
        { outcome: 'repeat', result: { number: 1 } },
      ]);
      expect(note).toHaveBeenCalledOnce();
    });

    test('is done once though it comes to the other node while the first is at it', async () => {
      let finish: (result: string) => void = () => undefined;
      const note = vi.fn(
        () =>
          new Promise<string>((resolve) => {
            finish = resolve;
          }),
      );
      const { nodes } = await start(note);
      const [here, there] = await Promise.all(nodes.map((node) => follow(node, null)));
      say(here as FakeLink, 'm-2');
      await vi.waitFor(() => expect(note).toHaveBeenCalledOnce(), 10_000);
      say(there as FakeLink, 'm-2');
      here?.gone();
      finish('late');
      expect(await isAnswered(there as FakeLink, 'm-2')).toMatchObject({
        data: { outcome: 'repeat', result: 'late' },
      });
      expect(note).toHaveBeenCalledOnce();
    });

    test('that was refused is tried again by whoever is asked next', async () => {
      const outcomes = [
        () => Promise.reject(new MessageRefused('locked', 'Not now.')),
        () => 'saved',
      ];
      const { nodes } = await start(() => outcomes.shift()?.());
      const [here, there] = await Promise.all(nodes.map((node) => follow(node, null)));
      say(here as FakeLink, 'm-3');
      expect(await isAnswered(here as FakeLink, 'm-3')).toMatchObject({ data: { code: 'locked' } });
      say(there as FakeLink, 'm-3');
      expect(await isAnswered(there as FakeLink, 'm-3')).toMatchObject({
        data: { outcome: 'done', result: 'saved' },
      });
    });

    test('whose node died in the middle is done by whoever is asked after 35 s, and not before', async () => {
      const note = vi.fn(() => 'done');
      const { nodes, logs } = await start(note);
      const message = { tenant: 'harbour', user: 'ada', type: 'note', id: 'm-5' };
      // All that is left of the dead one.
      expect(await logs[0].answers?.claim(message, 35_000)).toBeNull();
      const link = await follow(nodes[1], null);
      say(link, 'm-5');
      await redis.advance(30_000);
      await redis.ask('PING');
      expect(note).not.toHaveBeenCalled();
      await redis.advance(5000);
      expect(await isAnswered(link, 'm-5')).toMatchObject({ data: { outcome: 'done' } });
      expect(note).toHaveBeenCalledOnce();
    });

    test('is not done where nobody can say whether it was', async () => {
      const own = await startRedis();
      onTestFinished(() => own.stop());
      const note = vi.fn(() => 'done');
      const log = redisLog({ url: own.url, waitMs: 100 });
      onTestFinished(() => log.close());
      const node = startRealtime({ log, messages: { note } });
      const link = await follow(node, null);
      await own.kill();
      say(link, 'm-4');
      expect(await isAnswered(link, 'm-4')).toMatchObject({
        type: 'error',
        data: { code: 'unavailable', retry: true },
      });
      expect(note).not.toHaveBeenCalled();
    });
  });

  test('that may deliver without Redis do so to their own pages, and all are told of a gap afterwards', async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const logs = [1, 2].map(() => redisLog({ url: own.url, whenLogDown: 'local', waitMs: 200 }));
    onTestFinished(async () => {
      await Promise.all(logs.map((log) => log.close()));
    });
    const nodes = logs.map((log) => startRealtime({ log })) as [Realtime, Realtime];
    await vi.waitFor(() => expect(logs.every((log) => log.isUp)).toBe(true), 10_000);
    const [here, there] = [await follow(nodes[0], null), await follow(nodes[1], null)];
    await publish(nodes[0], 1);
    for (const link of [here, there]) {
      await vi.waitFor(() => expect(events(link)).toEqual([1]), 10_000);
    }
    await own.kill();
    expect(await publish(nodes[0], 2)).toEqual({ position: null, repeat: false });
    expect(told(here).find(({ data }) => (data as unknown) === 2)).not.toHaveProperty('seq');
    // Once it is known to be away nobody waits for it.
    await vi.waitFor(() => expect(find(here, 'gap')).toMatchObject({ to: null }), 10_000);
    await publish(nodes[0], 3);
    expect([events(here), events(there)]).toEqual([[1, 2, 3], [1]]);
    await own.start();
    const gaps = (link: FakeLink) =>
      told(link).flatMap(({ type, data }) => (type === 'gap' ? [data['reason']] : []));
    for (const link of [here, there]) {
      await vi.waitFor(() => expect(gaps(link)).toEqual(['unavailable', 'epoch']), 20_000);
    }
    await publish(nodes[1], 4);
    await vi.waitFor(() => expect(events(here)).toEqual([1, 2, 3, 4]), 10_000);
    expect(events(there)).toEqual([1, 4]);
  });

  test('that deliver without Redis owe a gap even where that loses nothing', async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const options = { url: own.url, engine: 'durable', waitMs: 200 } as const;
    const log = redisLog({ ...options, whenLogDown: 'local' });
    onTestFinished(() => log.close());
    const node = startRealtime({ log });
    await vi.waitFor(() => expect(log.isUp).toBe(true), 10_000);
    const link = await follow(node, null);
    const before = await log.open('harbour');
    own.signal('SIGSTOP');
    await vi.waitFor(() => expect(find(link, 'gap')).toMatchObject({ to: null }), 10_000);
    await publish(node, 1);
    expect(events(link)).toEqual([1]);
    own.signal('SIGCONT');
    const reasons = () => told(link).flatMap(({ type, data }) => (type === 'gap' ? [data] : []));
    await vi.waitFor(() => expect(reasons()).toHaveLength(2), 20_000);
    expect(reasons()[1]).toMatchObject({ reason: 'epoch' });
    expect((await log.open('harbour')).epoch).not.toBe(before.epoch);
  });
});
