// The server half, part by part; the short ones first.
import { hasRedis } from '../../server/support/redis.js';
import { type Descriptors, measureDescriptors } from './descriptors.js';
import { type Flood, measureFloods } from './floods.js';
import { type Forgeries, measureForgeries } from './forgeries.js';
import { type LinksSample, measureLinks } from './many-links.js';
import { type HopSample, measureHops } from './nodes.js';
import { descriptorsMax, takeClientCore } from './processes.js';
import { measureReturns, type ReturnsSample } from './returns.js';
import type { ServerScale } from './scale.js';
import { measureStuckLog, type StuckLog } from './stuck-log.js';
import { type ImportsKept, measureImports, measureUploads, type UploadSample } from './uploads.js';
import type { World } from './world.js';

export interface ServerHalf {
  /** Which cores were whose. */
  readonly cores: string;
  readonly scale: ServerScale;
  /** What could not be measured as it should have been. */
  readonly notes: readonly string[];
  readonly links: readonly LinksSample[] | null;
  readonly replay: readonly ReturnsSample[] | null;
  readonly resumes: readonly ReturnsSample[] | null;
  readonly hops: readonly HopSample[] | null;
  readonly uploads: readonly UploadSample[] | null;
  readonly imports: ImportsKept | null;
  readonly descriptors: Descriptors | null;
  readonly forgeries: Forgeries | null;
  readonly floods: readonly Flood[] | null;
  readonly log: StuckLog | null;
}

/** What a server or a crowd has open beside its links. */
const ownDescriptors = 200;

/** `tell` hears of each part as it ends, so that a run may be cut short. */
export async function measureServerHalf(
  scale: ServerScale,
  progress: (line: string) => void,
  tell: (half: ServerHalf) => Promise<void>,
): Promise<void> {
  const cores = takeClientCore();
  const descriptors = descriptorsMax();
  const sockets = Math.min(scale.sockets, descriptors - ownDescriptors);
  const world: World = { cores, scale, sockets, progress };
  const notes: string[] = [];
  if (sockets < scale.sockets) {
    notes.push(
      `${sockets} links in place of ${scale.sockets}: a process may open ${descriptors} files here.`,
    );
  }
  if (process.platform !== 'linux') notes.push('No descriptors: only Linux says what is open.');
  if (!hasRedis) notes.push('No two nodes: there is no redis-server here.');
  let half: ServerHalf = {
    cores: cores.how,
    scale,
    notes,
    links: null,
    replay: null,
    resumes: null,
    hops: null,
    uploads: null,
    imports: null,
    descriptors: null,
    forgeries: null,
    floods: null,
    log: null,
  };
  const add = (part: Partial<ServerHalf>) => {
    half = { ...half, ...part };
    return tell(half);
  };
  try {
    await add({ floods: await measureFloods(world) });
    await add({ forgeries: await measureForgeries(world) });
    await add({ log: await measureStuckLog(world) });
    await add({ imports: await measureImports(world) });
    await add({ descriptors: await measureDescriptors(world) });
    await add({ replay: await measureReturns(world, scale.replay) });
    await add({ resumes: await measureReturns(world, scale.resumes) });
    await add({ hops: await measureHops(world) });
    await add({ uploads: await measureUploads(world) });
    await add({ links: await measureLinks(world) });
  } finally {
    cores.release();
  }
}
