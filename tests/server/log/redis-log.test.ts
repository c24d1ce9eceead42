/** The log of many nodes: in a real Redis, through what happens to one. */
import { readFileSync } from 'node:fs';
import type { LogHint } from 'keepline/server';
import { type RedisOptions, redisLog, redisPublisher } from 'keepline/server/redis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { hasRedis, type RedisProcess, RedisProxy, startRedis } from '../support/redis.js';
import { describeEventLog, eventOf } from './contract.js';

const eventLike = (type: string) => expect.objectContaining({ type });

// What is waited for is told when it is: how long that takes is the machine's business.
describe.runIf(hasRedis)('in a real Redis', { timeout: 60_000 }, () => {
  let redis: RedisProcess;
  let logs = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  /** Two nodes' logs of one prefix, each of them up. */
  const pair = async (options: Partial<RedisOptions> = {}, of: RedisProcess = redis) => {
    logs += 1;
    const own = { url: of.url, prefix: `kl${logs}`, ...options };
    const both = [redisLog(own), redisLog(own)] as const;
    onTestFinished(async () => {
      await Promise.all(both.map((log) => log.close()));
    });
    await vi.waitFor(() => expect(both.map(({ isUp }) => isUp)).toEqual([true, true]), 10_000);
    return both;
  };

  describeEventLog(
    'redisLog',
    (bounds) => {
      logs += 1;
      return redisLog({ url: redis.url, prefix: `kl${logs}`, ...bounds });
    },
    (ms) => redis.advance(ms),
  );

  describe('two nodes', () => {
    test('have one stream: what one writes the other hears, and reads', async () => {
      const [here, there] = await pair();
      const { epoch, head } = await there.open('harbour');
      const hint = vi.fn<LogHint>();
      await there.watch('harbour', hint);
      const event = { to: { users: ['ada', 'é\n'] }, type: 'n', json: '{"a":"\\n"}', trace: 't' };
      await here.publish(eventOf({ ...event, coalesce: 'k' }));
      const entry = expect.objectContaining({ ...event, coalesce: 'k', seq: head + 1 });
      await vi.waitFor(() => expect(hint).toHaveBeenCalledWith(epoch, entry));
      expect(await there.read('harbour', head, 10)).toEqual([entry]);
    });

    test('number what they write at once without a hole and without a double', async () => {
      const both = await pair();
      const written = await Promise.all(
        Array.from({ length: 200 }, (_, n) => both[n % 2]?.publish(eventOf())),
      );
      const entries = await both[0].read('harbour', 0, 1000);
      const first = entries[0]?.seq ?? 0;
      expect(entries.map(({ seq }) => seq)).toEqual(written.map((_, n) => first + n));
      expect(new Set(written.map((each) => each?.position)).size).toBe(200);
    });

    test('write one id once, whichever is asked', async () => {
      const [here, there] = await pair();
      const first = await here.publish(eventOf({ id: 'same' }));
      expect(await there.publish(eventOf({ id: 'same' }))).toEqual({ ...first, repeat: true });
    });

    test('with other prefixes know nothing of each other', async () => {
      const [[here], [there]] = await Promise.all([pair(), pair()]);
      await here.publish(eventOf());
      expect(await there.read('harbour', 0, 10)).toEqual([]);
    });
  });

  test('a process without sockets writes to the same stream, and says what is no event', async () => {
    const [log] = await pair();
    const publisher = redisPublisher({ url: redis.url, prefix: `kl${logs}` });
    onTestFinished(() => publisher.close());
    const event = {
      tenant: 'harbour',
      to: 'tenant',
      type: 'note',
      data: { a: 1 },
      id: 'i',
    } as const;
    const { position, repeat } = await publisher.publish(event);
    expect(repeat).toBe(false);
    const { epoch, head } = await log.open('harbour');
    expect(position).toBe(`${epoch}.${head}`);
    expect(await publisher.publish(event)).toEqual({ position, repeat: true });
    expect((await log.read('harbour', 0, 10)).map(({ json }) => json)).toEqual(['{"a":1}']);
    await expect(publisher.publish({ ...event, type: '' })).rejects.toThrow(TypeError);
  });

  describe('an epoch is over', () => {
    test('when Redis was emptied, and whoever listens hears of it with the next word', async () => {
      const [here, there] = await pair();
      const before = await here.open('harbour');
      await here.publish(eventOf());
      const hint = vi.fn<LogHint>();
      await there.watch('harbour', hint);
      await redis.ask('FLUSHALL');
      const { position } = await here.publish(eventOf());
      const after = await there.open('harbour');
      expect(after.epoch).not.toBe(before.epoch);
      expect(position).toBe(`${after.epoch}.${after.head}`);
      expect(after.head).toBeGreaterThan(before.head + 1);
      await vi.waitFor(() =>
        expect(hint.mock.calls.map(([epoch]) => epoch)).toContain(after.epoch),
      );
    });

    test('when Redis was started again, though it kept all that it had been given', async () => {
      const durable = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
      onTestFinished(() => durable.stop());
      const [here] = await pair({}, durable);
      const [safe] = await pair({ engine: 'durable' }, durable);
      const [of, ofSafe] = [await here.open('harbour'), await safe.open('harbour')];
      await safe.publish(eventOf());
      await durable.kill();
      await durable.start();
      const again = await here.open('harbour');
      expect(again.epoch).not.toBe(of.epoch);
      expect(again.head).toBeGreaterThan(of.head);
      expect(await safe.open('harbour')).toEqual({ ...ofSafe, head: ofSafe.head + 1 });
    });

    test('when a replica that lagged behind took over, and all hear of it before anything is written', async () => {
      const [main, replica] = [await startRedis(), await startRedis()];
      onTestFinished(async () => {
        await Promise.all([main.stop(), replica.stop()]);
      });
      await replica.ask('REPLICAOF', '127.0.0.1', String(main.port));
      const [here] = await pair({}, main);
      await here.publish(eventOf());
      await main.ask('WAIT', '1', '0');
      // From here on it hears nothing: the next event is confirmed, and lost.
      await replica.ask('REPLICAOF', 'NO', 'ONE');
      const lost = await here.publish(eventOf());
      await main.kill();
      const prefix = `kl${logs}`;
      const there = redisLog({ url: replica.url, prefix });
      onTestFinished(() => there.close());
      const hint = vi.fn<LogHint>();
      await there.watch('harbour', hint);
      await vi.waitFor(() => expect(hint).toHaveBeenCalledWith(expect.any(String), null), 10_000);
      const state = await there.open('harbour');
      expect(hint).toHaveBeenCalledWith(state.epoch, null);
      expect(lost.position).not.toContain(state.epoch);
      expect(state.head).toBeGreaterThan(Number(lost.position?.split('.')[1]));
      expect(await there.read('harbour', 0, 10)).toEqual([]);
    });
  });

  describe('what was not heard', () => {
    /** One that hears nothing more once its way is deafened, and its channel. */
    const startDeaf = async (options: Partial<RedisOptions>) => {
      const proxy = await RedisProxy.start(redis.port);
      onTestFinished(() => proxy.close());
      const deaf = redisLog({ url: proxy.url, prefix: `kl${logs}`, ...options });
      onTestFinished(() => deaf.close());
      await vi.waitFor(() => expect(deaf.isUp).toBe(true), 10_000);
      const { epoch } = await deaf.open('harbour');
      const hint = vi.fn<LogHint>();
      await deaf.watch('harbour', hint);
      return { proxy, epoch, hint };
    };
    test('is asked for when a connection was cut', async () => {
      const [here] = await pair();
      const { proxy, epoch, hint } = await startDeaf({});
      proxy.deafen();
      await here.publish(eventOf({ type: 'missed' }));
      await redis.ask('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await vi.waitFor(() => expect(hint).toHaveBeenCalledWith(epoch, null), 10_000);
      await here.publish(eventOf({ type: 'heard' }));
      await vi.waitFor(() => expect(hint).toHaveBeenCalledWith(epoch, eventLike('heard')), 10_000);
      expect(hint).not.toHaveBeenCalledWith(epoch, eventLike('missed'));
    });

    test('is asked for by a check when a subscription is lost in silence, which is then made again', async () => {
      const [here] = await pair();
      const { proxy, epoch, hint } = await startDeaf({ checkMs: 50 });
      await here.publish(eventOf({ type: 'first' }));
      await vi.waitFor(() => expect(hint).toHaveBeenCalledWith(epoch, eventLike('first')), 10_000);
      proxy.deafen();
      await here.publish(eventOf({ type: 'missed' }));
      await vi.waitFor(() => expect(hint).toHaveBeenCalledWith(epoch, null), 10_000);
      await vi.waitFor(async () => {
        await here.publish(eventOf({ type: 'heard' }));
        expect(hint).toHaveBeenCalledWith(epoch, eventLike('heard'));
      }, 30_000);
      expect(hint).not.toHaveBeenCalledWith(epoch, eventLike('missed'));
    });

    test('is heard again when many subscriptions are lost in silence at once', async () => {
      const [here] = await pair();
      const proxy = await RedisProxy.start(redis.port);
      onTestFinished(() => proxy.close());
      const deaf = redisLog({ url: proxy.url, prefix: `kl${logs}`, checkMs: 50 });
      onTestFinished(() => deaf.close());
      await vi.waitFor(() => expect(deaf.isUp).toBe(true), 10_000);
      const tenants = Array.from({ length: 8 }, (_, n) => `tenant-${n}`);
      const hint = vi.fn<(tenant: string, type: string | undefined) => void>();
      for (const tenant of tenants) {
        await deaf.watch(tenant, (_, entry) => hint(tenant, entry?.type));
      }
      const areHeard = (type: string) =>
        vi.waitFor(async () => {
          for (const tenant of tenants) await here.publish(eventOf({ tenant, type }));
          for (const tenant of tenants) expect(hint).toHaveBeenCalledWith(tenant, type);
        }, 30_000);
      await areHeard('first');
      for (const time of ['second', 'third']) {
        proxy.deafen();
        await areHeard(time);
      }
    });
  });

  test('a way to Redis on which an answer was lost is given up, and nothing that is watched with it', async () => {
    const [here] = await pair();
    const proxy = await RedisProxy.start(redis.port);
    onTestFinished(() => proxy.close());
    const log = redisLog({ url: proxy.url, prefix: `kl${logs}` });
    onTestFinished(() => log.close());
    await vi.waitFor(() => expect(log.isUp).toBe(true), 10_000);
    const hint = vi.fn<LogHint>();
    await log.watch('harbour', hint);
    proxy.silence();
    await vi.waitFor(() => expect(log.isUp).toBe(false), 20_000);
    await here.publish(eventOf({ type: 'missed' }));
    await vi.waitFor(() => expect(log.isUp).toBe(true), 30_000);
    await here.publish(eventOf({ type: 'heard' }));
    await vi.waitFor(
      () => expect(hint).toHaveBeenCalledWith(expect.any(String), eventLike('heard')),
      10_000,
    );
  });

  test.each([
    ['with an id is written again', { id: 'again' }],
    ['without one is refused, since nobody could tell the second from the first', {}],
  ])('an event whose answer was lost %s', async (_, own) => {
    const proxy = await RedisProxy.start(redis.port);
    onTestFinished(() => proxy.close());
    logs += 1;
    const log = redisLog({ url: proxy.url, prefix: `kl${logs}` });
    onTestFinished(() => log.close());
    await vi.waitFor(() => expect(log.isUp).toBe(true), 10_000);
    await log.publish(eventOf());
    proxy.silence();
    const written = log.publish(eventOf(own)).then(
      ({ repeat }) => repeat,
      () => 'refused',
    );
    const [key = ''] = await redis.ask<string[]>('KEYS', `kl${logs}:*:log`);
    await vi.waitFor(async () => expect(await redis.ask('XLEN', key)).toBe(2), 10_000);
    proxy.leadTo(redis.port);
    expect(await written).toBe('id' in own ? true : 'refused');
    expect(await redis.ask('XLEN', key)).toBe(2);
  });

  describe('a Redis that is away', () => {
    test('is told of, and that it is back; what waited for it is written once', async () => {
      const own = await startRedis();
      onTestFinished(() => own.stop());
      const [here] = await pair({}, own);
      const told = vi.fn();
      here.onAvailable(told);
      own.signal('SIGSTOP');
      const written = here.publish(eventOf({ id: 'waits' }));
      written.catch(() => undefined);
      await vi.waitFor(() => expect(told).toHaveBeenCalledWith(false), 30_000);
      expect(here.isUp).toBe(false);
      own.signal('SIGCONT');
      await vi.waitFor(() => expect(told).toHaveBeenLastCalledWith(true), 30_000);
      await written.catch(() => undefined);
      await here.publish(eventOf({ id: 'waits' }));
      expect((await here.read('harbour', 0, 10)).length).toBe(1);
    });

    test('lets nobody wait for longer than was asked for, and what was refused is not written later', async () => {
      const proxy = await RedisProxy.start(redis.port);
      onTestFinished(() => proxy.close());
      logs += 1;
      const log = redisLog({ url: proxy.url, prefix: `kl${logs}`, waitMs: 200 });
      onTestFinished(() => log.close());
      await vi.waitFor(() => expect(log.isUp).toBe(true), 10_000);
      await log.publish(eventOf({ type: 'before' }));
      const listen = await proxy.refuse();
      // The first may be on a connection that is just being cut.
      await log.publish(eventOf({ type: 'refused' })).catch(() => undefined);
      const refused = log.publish(eventOf({ type: 'refused' }));
      await expect(refused).rejects.toThrow('did not answer within');
      await expect(log.open('harbour')).rejects.toThrow('did not answer within');
      await listen();
      await vi.waitFor(() => expect(log.isUp).toBe(true), 10_000);
      await log.publish(eventOf({ type: 'after' }));
      const types = (await log.read('harbour', 0, 10)).map(({ type }) => type);
      expect(types).toEqual(['before', 'after']);
    });

    test('is written to again by one who gave an id, where the answer was lost', async () => {
      const [here] = await pair();
      const many = Array.from({ length: 50 }, (_, n) => here.publish(eventOf({ id: `i${n}` })));
      await redis.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await Promise.all(many);
      expect((await here.read('harbour', 0, 100)).length).toBe(50);
    });
  });

  test('one with an access list is a log with the rights that the documentation names', async () => {
    const guarded = await startRedis();
    onTestFinished(() => guarded.stop());
    const page = readFileSync(new URL('../../../docs/nodes.md', import.meta.url), 'utf8');
    const [line = ''] = /^ACL SETUSER .*$/m.exec(page) ?? [];
    await guarded.ask(...line.split(' '));
    const lines: string[] = [];
    const write = (fields: object, message: string) =>
      lines.push(JSON.stringify([fields, message]));
    const log = redisLog({
      url: `redis://keepline:password@127.0.0.1:${guarded.port}`,
      logger: { debug: write, info: write, warn: write, error: write },
    });
    onTestFinished(() => log.close());
    await vi.waitFor(() => expect(log.isUp).toBe(true), 10_000);
    const hint = vi.fn<LogHint>();
    const off = await log.watch('harbour', hint);
    const { epoch, head } = await log.open('harbour');
    await log.publish(eventOf({ id: 'i' }));
    await vi.waitFor(() => expect(hint).toHaveBeenCalledWith(epoch, eventLike('note')), 10_000);
    expect((await log.read('harbour', head, 10)).length).toBe(1);
    const message = { tenant: 'harbour', user: 'ada', type: 'note', id: 'm' };
    expect(await log.answers?.claim(message, 1000)).toBeNull();
    await log.answers?.release(message);
    await log.answers?.keep(message, { json: '1' }, 1000);
    off();
    const denied = await guarded.ask<unknown[]>('ACL', 'LOG');
    expect(denied).toEqual([]);
    await guarded.kill();
    await vi.waitFor(() => expect(lines.join()).toContain('Redis is away'), 10_000);
    expect(lines.join()).not.toContain('password');
  });

  test('one that evicts what it was given is refused, in words', async () => {
    const evicting = await startRedis(['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru']);
    onTestFinished(() => evicting.stop());
    const log = redisLog({ url: evicting.url });
    onTestFinished(() => log.close());
    await vi.waitFor(() => expect(log.trouble).toContain('set noeviction'));
    expect(log.isUp).toBe(false);
    await expect(log.publish(eventOf())).rejects.toThrow('noeviction');
  });
});
