/** The command's log, read by somebody who has stopped reading. */
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Client } from './support/client.js';
import { run, signIn, startedBy } from './support/process.js';

/** Their lines are twice what a pipe holds. */
const LINKS = 400;

describe('a log that nobody reads', { timeout: 60_000 }, () => {
  test('stops neither the server nor its end', async () => {
    const child = run({
      PORT: '0',
      FEED_RATE: '0',
      LOG_LEVEL: 'info',
      SOCKETS_PER_ADDRESS: '1000',
    });
    const { url } = await startedBy(child);
    child.stdout.removeAllListeners('data');
    child.stdout.pause();
    const { client, token } = await signIn(url, 'ada');
    for (let made = 0; made < LINKS; made += 20) {
      const links = Array.from({ length: 20 }, () => Client.withToken(url, token));
      await Promise.all(links.map((link) => link.next()));
      for (const { socket } of links) socket.close();
      await Promise.all(links.map(({ closed }) => closed));
    }
    client.send('ping');
    expect((await client.nextFrame()).text).toBe('pong');
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await client.closed).code).toBe(1012);
    expect(await exited).toEqual([0, null]);
  });
});
