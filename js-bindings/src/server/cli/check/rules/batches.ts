/** Several frames in one message: to those alone who said that they read them. */
import type { Batch, Frame, Link } from '../link.js';
import { fail, pass, type Rule, skipped, type Verdict } from '../rule.js';
import { caughtUp, greetedAt, isEvent, publish } from '../stream-link.js';
import type { Target } from '../target.js';

const BATCH_BYTES_MAX = 64 * 1024;

const batchesOf = (links: readonly Link[]): Batch[] => [
  ...new Set(links.flatMap(({ frames }) => frames.flatMap(({ batch }) => batch ?? []))),
];

function judgeUnasked({ links }: Target): Verdict {
  const others = links.filter(({ readsBatches }) => !readsBatches);
  const isJoined = ({ batch }: Frame) => batch !== undefined;
  const joined = others.flatMap(({ frames }) => frames.filter(isJoined));
  return joined.length === 0
    ? pass(`${others.length} links seen`)
    : fail(
        `${joined.length} frames came with others, to links that never said that they read them`,
      );
}

/** Comes back to several events, which are ready at once. */
async function linkWithBatches(target: Target): Promise<Link | undefined> {
  const before = await target.serve();
  for (const _ of ['one', 'another']) await publish(target);
  const link = await target.serve();
  link.batch();
  link.resume(greetedAt(before));
  await caughtUp(target, link);
  return link.frames.filter(isEvent).length > 1 ? link : undefined;
}

async function judgeForm(target: Target): Promise<Verdict> {
  if (!(await linkWithBatches(target))) return skipped('no two events came to be joined');
  const batches = batchesOf(target.links.filter(({ readsBatches }) => readsBatches));
  for (const { frames, bytes, hasEmptyLine } of batches) {
    if (hasEmptyLine)
      return fail('a line with nothing in it: a line feed stands between two frames');
    if (frames > 1 && bytes > BATCH_BYTES_MAX) return fail(`${frames} frames in ${bytes} bytes`);
  }
  const most = Math.max(0, ...batches.map(({ frames }) => frames));
  return pass(
    batches.length === 0
      ? 'each frame came by itself, as it may'
      : `${batches.length} messages of up to ${most} frames`,
  );
}

export const batches: readonly Rule[] = [
  {
    id: 'batch.form',
    sentence: 'A message of several frames has one a line, none of them empty, and at most 64 KiB.',
    section: 'Batches',
    level: 'must',
    needs: ['link', 'connected', 'feature batch', 'feature resume', 'publish-command'],
    judge: judgeForm,
  },
  {
    id: 'batch.unasked',
    sentence: 'Nobody is sent several frames in one message who did not say that he reads them.',
    section: 'Batches',
    level: 'must',
    needs: ['link'],
    judge: async (target) => judgeUnasked(target),
  },
];
