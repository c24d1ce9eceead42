/** What is wrong with a Redis, or with what one is asked for, is said before anything depends on it. */
import { redisLog, redisPublisher } from 'keepline/server/redis';
import { describe, expect, test } from 'vitest';
import { troubleWith } from '../../../js-bindings/src/server/redis/trouble.js';

describe('what Redis says of itself', () => {
  const infoOf = (version: string, policy = 'noeviction', max = '0') =>
    `# Server\r\nredis_version:${version}\r\nmaxmemory:${max}\r\nmaxmemory_policy:${policy}\r\n`;
  test.each([
    [infoOf('7.0.15'), null],
    [infoOf('6.2.0'), null],
    [infoOf('10.1'), null],
    [infoOf('7.0.15', 'allkeys-lru'), null],
    [infoOf('7.0.15', 'volatile-ttl', '1024'), 'volatile-ttl'],
    [infoOf('6.0.16'), '6.0.16'],
    [infoOf('5.0.14'), '5.0.14'],
    ['', 'unknown'],
  ])('%j comes to %j', (info, expected) => {
    if (expected === null) expect(troubleWith(info)).toBeNull();
    else expect(troubleWith(info)).toContain(expected);
  });
});

describe('options', () => {
  test.each([
    [{}, 'url'],
    [{ url: 'http://somewhere' }, 'url'],
    [{ url: 'redis://h', prefix: 'a b' }, 'prefix'],
    [{ url: 'redis://h', engine: 'fast' }, 'engine'],
    [{ url: 'redis://h', whenLogDown: 'lose' }, "whenLogDown must be 'reject' or 'local'"],
    [{ url: 'redis://h', retainEvents: 0 }, 'retainEvents'],
    [{ url: 'redis://h', waitMs: Number.NaN }, 'waitMs'],
    [{ url: 'redis://h', retain: 1 }, 'retain is no option'],
  ])('%o are refused by name', (options, named) => {
    expect(() => redisLog(options as never)).toThrow(named);
    expect(() => redisPublisher(options as never)).toThrow(named);
  });

  test('are refused without the password that they hold', () => {
    const url = 'http://agent:hunter2@redis';
    const said = (() => {
      try {
        return String(redisLog({ url }));
      } catch (reason) {
        return String(reason);
      }
    })();
    expect(said).toContain('url must be redis://');
    expect(said).not.toContain('hunter2');
  });
});
