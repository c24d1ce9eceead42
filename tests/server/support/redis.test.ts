import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { hasRedis, RedisProxy, startRedis } from './redis.js';

describe.skipIf(!hasRedis)('A way to Redis that was deafened', () => {
  test('has every answer in its order, and nothing that is published, however they share chunks', async () => {
    const redis = await startRedis();
    const proxy = await RedisProxy.start(redis.port);
    const [listener, speaker] = [proxy.url, redis.url].map((url) => createClient({ url }));
    if (!listener || !speaker) throw new Error('two were made');
    try {
      for (const client of [listener, speaker]) await client.on('error', () => undefined).connect();
      const heard: number[] = [];
      await listener.subscribe('news', (text) => heard.push(text.length));
      await speaker.publish('news', 'before');
      await expect.poll(() => heard).toEqual([6]);
      proxy.deafen();
      const rounds = Array.from({ length: 100 }, (_, round) => round);
      const answers = rounds.map(async (round) => {
        const said = speaker.publish('news', 'x'.repeat(round * 997));
        const answer = await listener.sendCommand(['ECHO', `answer ${round}`]);
        await said;
        return answer;
      });
      expect(await Promise.all(answers)).toEqual(rounds.map((round) => `answer ${round}`));
      expect(heard).toEqual([6]);
    } finally {
      for (const client of [listener, speaker]) client.destroy();
      proxy.close();
      await redis.stop();
    }
  });
});
