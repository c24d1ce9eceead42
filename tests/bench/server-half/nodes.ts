// Two nodes on one Redis: how long an event takes from its publisher to a socket of the other node, and what it
// costs Redis. Beside Socket.IO with its adapter for Redis Streams, which does the same work.
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { hasRedis, type RedisProcess, startRedis } from '../../server/support/redis.js';
import { monotonicMs } from './answering.js';
import { returners } from './dialects.js';
import type { NodeAnswers } from './node.js';
import { fileOf, Remote } from './processes.js';
import type { World } from './world.js';

export const hopContenders = ['keepline', 'socket.io'] as const;
export type HopContender = (typeof hopContenders)[number];

export interface HopSample {
  readonly contender: HopContender;
  readonly repetition: number;
  readonly perSec: number;
  /** From the call of publish on one node until the frame is read at a socket of the other, each event. */
  readonly hopMs: readonly number[];
  /** Redis' own processor time, an event. */
  readonly redisCpuUs: number;
  /** Of what Redis counts for the command that writes an event. */
  readonly commandUs: number;
  /** What an event takes in Redis. */
  readonly redisBytes: number;
}

/** With its envelope about 250 bytes. */
const note = 'x'.repeat(140);
const warmMs = 500;
const commands = { keepline: 'evalsha', 'socket.io': 'xadd' } as const;

/** Null where there is no Redis. */
export async function measureHops(world: World): Promise<readonly HopSample[] | null> {
  if (!hasRedis) return null;
  const samples: HopSample[] = [];
  for (let repetition = 0; repetition < world.scale.repetitions; repetition += 1) {
    for (const contender of hopContenders) {
      world.progress(`two nodes: ${contender}, ${repetition + 1}`);
      samples.push(await measureHop(world, contender, repetition));
    }
  }
  return samples;
}

async function measureHop(
  { cores, scale }: World,
  contender: HopContender,
  repetition: number,
): Promise<HopSample> {
  const { perSec, seconds } = scale.hops;
  const redis = await startRedis();
  const start = () =>
    Remote.startServer<NodeAnswers>(
      { script: fileOf('node'), words: [contender], environment: { REDIS_URL: redis.url } },
      cores,
    );
  const [here, there] = [await start(), await start()];
  const hopMs: number[] = [];
  const link = await listen(contender, await there.ask('port'), (sentAtMs) => {
    hopMs.push(monotonicMs() - sentAtMs);
  });
  try {
    await sleep(warmMs);
    await redis.ask('CONFIG', 'RESETSTAT');
    const cpuBefore = await cpuUs(redis);
    const sent = await here.ask('publishPaced', { perSec, seconds, note });
    while (hopMs.length < sent) await sleep(warmMs);
    const redisCpuUs = ((await cpuUs(redis)) - cpuBefore) / sent;
    const kept = contender === 'keepline' ? 'kl:{YWNtZQ}:log' : 'socket.io';
    const bytes = await redis.ask<number>('MEMORY', 'USAGE', kept);
    const redisBytes = bytes / (await redis.ask<number>('XLEN', kept));
    const commandUs = await usOfCommand(redis, commands[contender]);
    return { contender, repetition, perSec, hopMs, redisCpuUs, commandUs, redisBytes };
  } finally {
    link.terminate();
    await Promise.all([here.stop(), there.stop()]);
    await redis.stop();
  }
}

/** Resolves once it is greeted; `hear` is told the moment that is written in each event. */
async function listen(
  contender: HopContender,
  port: number,
  hear: (sentAtMs: number) => void,
): Promise<WebSocket> {
  const { path, protocols, greet, begin, keepAlive } = returners[contender];
  const link = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols('user-0'), {
    perMessageDeflate: false,
  });
  await new Promise<void>((resolve, reject) => {
    let isOpen = false;
    link.on('error', reject);
    link.on('message', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      for (const [, atMs] of text.matchAll(/"at":([\d.]+)/g)) hear(Number(atMs));
      const answered = keepAlive(text);
      if (answered) link.send(answered);
      if (isOpen) return;
      const greeted = greet(text);
      if (greeted === 'ready') {
        isOpen = true;
        for (const message of begin) link.send(message);
        resolve();
      } else if (greeted) link.send(greeted.say);
    });
  });
  return link;
}

async function cpuUs(redis: RedisProcess): Promise<number> {
  const info = await redis.ask<string>('INFO', 'cpu');
  const read = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return (read('used_cpu_user') + read('used_cpu_sys')) * 1e6;
}

async function usOfCommand(redis: RedisProcess, command: string): Promise<number> {
  const info = await redis.ask<string>('INFO', 'commandstats');
  return Number(new RegExp(`cmdstat_${command}:.*usec_per_call=([\\d.]+)`).exec(info)?.[1]);
}
