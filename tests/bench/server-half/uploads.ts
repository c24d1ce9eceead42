// What uploads cost those who upload nothing, and what stays of them.
import { setTimeout as pause } from 'node:timers/promises';
import type { BystanderAnswers } from './bystander.js';
import { startDemo, upload } from './demo.js';
import { contactFiles, honestFile } from './files.js';
import { fileOf, Remote } from './processes.js';
import type { World } from './world.js';

export interface UploadSample {
  /** Null for a while in which nothing was uploaded: what the machine alone does to a ping. */
  readonly file: string | null;
  readonly status: number | null;
  readonly tookMs: number;
  readonly worstPingMs: number;
}

/** Somebody else's pings just before and just after count, too. */
const marginMs = 300;
/** As long as an honest list takes. */
const calmMs = 1500;

export async function measureUploads(world: World): Promise<readonly UploadSample[]> {
  const demo = await startDemo(world);
  const bystander = await Remote.start<BystanderAnswers>({ script: fileOf('bystander') });
  /** The worst ping while something is done. */
  const during = async (act: () => Promise<number | null>) => {
    await bystander.ask('begin');
    await pause(marginMs);
    const beganAt = performance.now();
    const status = await act();
    const tookMs = performance.now() - beganAt;
    await pause(marginMs);
    const worstPingMs = Math.max(...(await bystander.ask('end')));
    return { status, tookMs, worstPingMs };
  };
  try {
    const [own, others] = [await demo.token('ada'), await demo.token('chen')];
    await bystander.ask('connect', { port: demo.port, contender: 'keepline', token: others });
    const samples: UploadSample[] = [];
    for (let repetition = 0; repetition < world.scale.uploads; repetition += 1) {
      world.progress(`uploads: ${repetition + 1} of ${world.scale.uploads}`);
      samples.push({ file: null, ...(await during(() => pause(calmMs, null))) });
      for (const { name, bytes } of contactFiles(world.scale.fileBytes)) {
        samples.push({ file: name, ...(await during(() => upload(demo, own, bytes))) });
      }
    }
    return samples;
  } finally {
    await Promise.all([bystander.stop(), demo.server.stop()]);
  }
}

export interface ImportsKept {
  readonly imports: number;
  readonly fileBytes: number;
  /** Bytes of the heap and of the buffers beside it. */
  readonly before: number;
  readonly after: number;
}

export async function measureImports(world: World): Promise<ImportsKept> {
  const { imports, importBytes } = world.scale;
  world.progress(`imports: ${imports}, one after the other`);
  const demo = await startDemo(world);
  try {
    const file = honestFile(importBytes, 18);
    // Of a colleague: its contacts, and what is loaded with a first import, are no import's.
    await upload(demo, await demo.token('bruno'), file);
    const token = await demo.token('ada');
    const heap = async () => (await demo.server.ask('memory')).heap;
    const before = await heap();
    for (let count = 0; count < imports; count += 1) {
      const status = await upload(demo, token, file);
      if (status !== 202) throw new Error(`an honest list was answered ${status}`);
    }
    return { imports, fileBytes: file.length, before, after: await heap() };
  } finally {
    await demo.server.stop();
  }
}
