// Ten thousand idle links of one node: what each holds, what somebody else feels of them, and how soon all of
// them have an event of their tenant. Beside `ws` alone and socket.io, in turn.
import type { BystanderAnswers } from './bystander.js';
import type { CrowdAnswers } from './crowd.js';
import { type Contender, contenders } from './dialects.js';
import type { NodeAnswers } from './node.js';
import { fileOf, Remote } from './processes.js';
import type { World } from './world.js';

/** One event for all. */
export interface Fan {
  /** From the call until the last link had it. */
  readonly lastMs: number;
  /** The server's processor time for it, which others on the machine hardly change. */
  readonly cpuMs: number;
}

export interface LinksSample {
  readonly contender: Contender;
  readonly repetition: number;
  readonly sockets: number;
  /** Bytes a socket, against the same server with none. */
  readonly rss: number;
  readonly heap: number;
  readonly pingsMs: readonly number[];
  readonly fans: readonly Fan[];
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** What dials leave behind is over by then. */
const settleMs = 2000;

export async function measureLinks(world: World): Promise<readonly LinksSample[]> {
  const samples: LinksSample[] = [];
  for (let repetition = 0; repetition < world.scale.repetitions; repetition += 1) {
    const { length } = contenders;
    for (let turn = 0; turn < length; turn += 1) {
      const contender = contenders[(turn + repetition) % length] ?? 'ws';
      world.progress(`links: ${contender}, ${repetition + 1} of ${world.scale.repetitions}`);
      samples.push(await measureContender(world, contender, repetition));
    }
  }
  return samples;
}

async function measureContender(
  { cores, scale, sockets }: World,
  contender: Contender,
  repetition: number,
): Promise<LinksSample> {
  const node = await Remote.startServer<NodeAnswers>(
    { script: fileOf('node'), words: [contender] },
    cores,
  );
  const crowd = await Remote.start<CrowdAnswers>({ script: fileOf('crowd') });
  const bystander = await Remote.start<BystanderAnswers>({ script: fileOf('bystander') });
  try {
    const port = await node.ask('port');
    await bystander.ask('connect', { port, contender, token: 'bystander' });
    const before = await node.ask('memory');
    await crowd.ask('open', { port, contender, count: sockets });
    await pause(settleMs);
    const after = await node.ask('memory');
    await bystander.ask('begin');
    await pause(scale.pingSec * 1000);
    const pingsMs = await bystander.ask('end');
    const fans: Fan[] = [];
    for (let fan = 0; fan < scale.fans; fan += 1) fans.push(await measureFan(node, crowd, fan));
    const open = await crowd.ask('stillOpen');
    if (open !== sockets) throw new Error(`${contender}: ${open} of ${sockets} links are left`);
    const each = (read: 'rss' | 'heap') => (after[read] - before[read]) / sockets;
    const memory = { rss: each('rss'), heap: each('heap') };
    return { contender, repetition, sockets, ...memory, pingsMs, fans };
  } finally {
    await Promise.all([bystander.stop(), crowd.stop(), node.stop()]);
  }
}

async function measureFan(
  node: Remote<NodeAnswers>,
  crowd: Remote<CrowdAnswers>,
  fan: number,
): Promise<Fan> {
  const mark = `mark-${fan};`;
  await crowd.ask('expect', mark);
  const cpuBefore = await node.ask('cpuMs');
  const beganAtMs = await node.ask('publish', { callId: 'c1', mark, pad: 'x'.repeat(150) });
  const lastMs = (await crowd.ask('last')) - beganAtMs;
  return { lastMs, cpuMs: (await node.ask('cpuMs')) - cpuBefore };
}
