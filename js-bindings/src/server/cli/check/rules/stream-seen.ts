/** What all links that asked where the stream goes on have in common: judged when the other rules were. */
import type { Frame, Link } from '../link.js';
import { fail, pass, type Rule, skipped, type Verdict } from '../rule.js';
import {
  ask,
  caughtUp,
  dataOf,
  isEvent,
  linksThatAsked,
  positionIn,
  readPlace,
  verdictAt,
} from '../stream-link.js';
import type { Target } from '../target.js';

/** What the client makes of more: it waits so long and no longer. */
const SPREAD_MS_MAX = 300_000;

const typeOf = ({ message }: Frame): unknown => message?.['type'];
const seqOf = ({ message }: Frame): number => Number(message?.['seq']);

async function judgeVerdictFirst(target: Target): Promise<Verdict> {
  const links = await linksThatAsked(target);
  for (const link of links) {
    const at = verdictAt(link);
    const early = link.frames.slice(0, at < 0 ? undefined : at).find(isEvent);
    if (early) return fail(`${early.text.slice(0, 200)} came before the verdict`);
  }
  return pass(`${links.length} links asked`);
}

function faultOfGap(frame: Frame): string | undefined {
  const { from, to, reason, spreadMs } = dataOf(frame.message);
  if (from !== null && typeof from !== 'string') return 'from is neither null nor what was asked';
  if (to !== null && !readPlace(to)) return 'to is neither null nor a position';
  if (typeof reason !== 'string' || reason === '') return 'no reason';
  if (spreadMs === undefined) return undefined;
  return typeof spreadMs === 'number' && spreadMs >= 0 && spreadMs <= SPREAD_MS_MAX
    ? undefined
    : `spreadMs is not a number from 0 to ${SPREAD_MS_MAX}`;
}

/** Whatever they are told of: one that asks for what never was is told of one for sure. */
async function judgeGaps(target: Target): Promise<Verdict> {
  const seen = () =>
    target.links.flatMap(({ frames }) => frames.filter((frame) => typeOf(frame) === 'gap'));
  if (seen().length === 0) await ask(target, () => 'keepline-check');
  for (const gap of seen()) {
    const fault = faultOfGap(gap);
    if (fault) return fail(`${gap.text.slice(0, 200)}: ${fault}`);
  }
  const { length } = seen();
  return length === 0 ? skipped('no gap was told of') : pass(`${length} gaps seen`);
}

/** Some were hung up on as soon as they had their verdict. */
async function judgeEnd(target: Target): Promise<Verdict> {
  const link = (await linksThatAsked(target)).find(positionIn) ?? (await ask(target, () => null));
  await caughtUp(target, link);
  return positionIn(link)
    ? pass('position came')
    : fail(`none came in ${target.options.timeoutMs} ms: nobody sees that all was sent`);
}

/** A `position` of a link, and the events around it. */
interface Stated {
  readonly at: unknown;
  readonly sent: unknown;
  /** Since the verdict. */
  readonly before: readonly Frame[];
  /** Until the stream goes on elsewhere. */
  readonly after: readonly Frame[];
}

function positionsOf(link: Link): Stated[] {
  const { frames } = link;
  const began = verdictAt(link) + 1;
  return [...frames.entries()].flatMap(([index, frame]) => {
    if (typeOf(frame) !== 'position') return [];
    const { at, sent } = dataOf(frame.message);
    const before = frames.slice(began, index).filter(isEvent);
    const gap = frames.findIndex((each, place) => place > index && typeOf(each) === 'gap');
    const after = frames.slice(index + 1, gap < 0 ? undefined : gap).filter(isEvent);
    return [{ at, sent, before, after }];
  });
}

/** For links that were sent anything, above all. */
const judgePositions =
  (faultOf: (stated: Stated) => string | undefined) =>
  async (target: Target): Promise<Verdict> => {
    const positions = (await linksThatAsked(target)).flatMap(positionsOf);
    const fault = positions.map(faultOf).find((each) => each !== undefined);
    if (fault !== undefined) return fail(fault);
    const { length } = positions;
    return length === 0 ? skipped('no position came') : pass(`${length} positions seen`);
  };

const faultOfAt = ({ at, before, after }: Stated): string | undefined => {
  const place = readPlace(at);
  if (!place) return `at is ${JSON.stringify(at)}, and no position`;
  const late = after.find((frame) => seqOf(frame) <= place.seq);
  if (late) return `at ${at} all was sent, and then seq ${seqOf(late)} came`;
  const beyond = before.find((frame) => seqOf(frame) > place.seq);
  return beyond && `at ${at} seq ${seqOf(beyond)} was sent, which is further on`;
};

const faultOfSent = ({ at, sent, before }: Stated): string | undefined =>
  sent === before.length
    ? undefined
    : `at ${JSON.stringify(at)} ${JSON.stringify(sent)} are said to be sent, and ${before.length} came`;

const seen: Pick<Rule, 'section' | 'level' | 'needs'> = {
  section: 'The stream',
  level: 'must',
  needs: ['link', 'connected', 'feature resume'],
};

export const streamSeen: readonly Rule[] = [
  {
    id: 'resume.verdict-first',
    sentence: 'No event with `seq` comes between `connected` and the verdict.',
    ...seen,
    judge: judgeVerdictFirst,
  },
  {
    id: 'gap.members',
    sentence: `\`gap\` has from, to and a reason; spreadMs, where it has one, is from 0 to ${SPREAD_MS_MAX}.`,
    ...seen,
    judge: judgeGaps,
  },
  {
    id: 'position.comes',
    sentence: '`position` comes when all that was missed has been sent.',
    ...seen,
    judge: judgeEnd,
  },
  {
    id: 'position.not-ahead',
    sentence:
      '`position` names what was sent: nothing up to it comes later, and nothing beyond it came.',
    ...seen,
    judge: judgePositions(faultOfAt),
  },
  {
    id: 'position.sent',
    sentence: '`sent` of `position` is how many events with `seq` came since the verdict.',
    ...seen,
    judge: judgePositions(faultOfSent),
  },
];
