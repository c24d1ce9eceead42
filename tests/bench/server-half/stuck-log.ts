// A server whose log nobody reads any more: whether it goes on, and says afterwards what it left out.
import { createInterface } from 'node:readline';
import type { BystanderAnswers } from './bystander.js';
import { startDemo } from './demo.js';
import { fileOf, Remote } from './processes.js';
import type { World } from './world.js';

export interface StuckLog {
  readonly dials: number;
  readonly dialMs: readonly number[];
  readonly failures: readonly string[];
  /** Lines that came when it was read again, and those that were told to be missing. */
  readonly lines: number;
  readonly dropped: number;
}

const dialEveryMs = 3;
/** Dials once it is read again, until all lines are accounted for. */
const causesMax = 40;
const causeEveryMs = 250;

export async function measureStuckLog(world: World): Promise<StuckLog> {
  const { loggedDials } = world.scale;
  world.progress(`log: ${loggedDials} dials while nobody reads it`);
  const demo = await startDemo(world, {
    LOG_LEVEL: 'info',
    SOCKETS_PER_ADDRESS: '10000',
    SOCKETS_PER_USER: '10000',
  });
  const user = await Remote.start<BystanderAnswers>({ script: fileOf('bystander') });
  try {
    const { output } = demo.server;
    const where = {
      port: demo.port,
      contender: 'keepline',
      token: await demo.token('ada'),
    } as const;
    output.removeAllListeners('data');
    output.pause();
    const dials = await user.ask('dials', { ...where, count: loggedDials, everyMs: dialEveryMs });
    let lines = 0;
    let dropped = 0;
    const reader = createInterface({ input: output });
    reader.on('line', (line) => {
      lines += 1;
      dropped += Number(/"dropped":(\d+)/.exec(line)?.[1] ?? 0);
    });
    // What was dropped is told before the next line that there is room for: somebody has to give cause for it.
    for (let more = 0; lines + dropped < 2 * (loggedDials + more) && more < causesMax; more += 1) {
      await user.ask('dials', { ...where, count: 1, everyMs: causeEveryMs });
    }
    return { dials: loggedDials, ...dials, lines, dropped };
  } finally {
    await Promise.all([user.stop(), demo.server.stop()]);
  }
}
