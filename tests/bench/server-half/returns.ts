// Clients that come back for what they missed, all at once: what that costs the server, and how long it stands
// still for it. Beside socket.io's connection state recovery, which does the same work.
import { type Returner, returnerNames } from './dialects.js';
import type { LongestTurns } from './loop-watch.js';
import type { NodeAnswers } from './node.js';
import { fileOf, Remote } from './processes.js';
import type { ReturningAnswers } from './returning.js';
import type { World } from './world.js';

export interface Crowd {
  readonly clients: number;
  readonly events: number;
}

export interface ReturnsSample extends Crowd, LongestTurns {
  readonly returner: Returner;
  readonly repetition: number;
  /** From the first that asks until the last has all. */
  readonly tookMs: number;
  /** The server's processor time, an event. */
  readonly cpuUs: number;
}

/** With its envelope about 250 bytes. */
const payload = { callId: 'c1', note: 'x'.repeat(150) };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** What dials and hang-ups leave behind is over by then. */
const settleMs = 1000;

export async function measureReturns(
  world: World,
  crowd: Crowd,
): Promise<readonly ReturnsSample[]> {
  const samples: ReturnsSample[] = [];
  const own = { ...crowd, clients: Math.min(crowd.clients, world.sockets) };
  for (let repetition = 0; repetition < world.scale.repetitions; repetition += 1) {
    const { length } = returnerNames;
    for (let turn = 0; turn < length; turn += 1) {
      const returner = returnerNames[(turn + repetition) % length] ?? 'keepline';
      world.progress(`${own.clients} that come back: ${returner}, ${repetition + 1}`);
      samples.push(await measureReturner(world, own, returner, repetition));
    }
  }
  return samples;
}

async function measureReturner(
  { cores }: World,
  { clients, events }: Crowd,
  returner: Returner,
  repetition: number,
): Promise<ReturnsSample> {
  const kind = returner === 'socket.io' ? returner : 'keepline';
  const node = await Remote.startServer<NodeAnswers>(
    { script: fileOf('node'), words: [kind, '--recovers'] },
    cores,
  );
  const returning = await Remote.start<ReturningAnswers>({ script: fileOf('returning') });
  try {
    const opening = { port: await node.ask('port'), returner, count: clients };
    await returning.ask('visit', opening);
    await returning.ask('expectOne');
    await node.ask('publish', payload);
    await returning.ask('all');
    await returning.ask('leave');
    await pause(settleMs);
    await node.ask('publishMany', { count: events, data: payload });
    await returning.ask('comeBack', opening);
    await pause(settleMs);
    const cpuBefore = await node.ask('cpuMs');
    await node.ask('watchLoop');
    const { beganAtMs, lastAtMs } = await returning.ask('ask', events);
    const turns = await node.ask('longestTurns');
    const cpuMs = (await node.ask('cpuMs')) - cpuBefore;
    await pause(settleMs);
    const heard = await returning.ask('heard');
    if (heard.join() !== String(events)) throw new Error(`${returner}: ${heard} events came`);
    const tookMs = lastAtMs - beganAtMs;
    const cpuUs = (1000 * cpuMs) / (clients * events);
    return { returner, repetition, clients, events, tookMs, cpuUs, ...turns };
  } finally {
    await Promise.all([returning.stop(), node.stop()]);
  }
}
