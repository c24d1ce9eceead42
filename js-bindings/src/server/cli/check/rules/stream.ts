/** Where a link stands in the stream: what it asks, how it is answered, and what it is sent again. */
import { describeEnding, type Link } from '../link.js';
import { judgeCode, MALFORMED } from '../reactions.js';
import { fail, pass, type Rule, skipped, type Verdict } from '../rule.js';
import {
  ask,
  dataOf,
  greetedAt,
  isEvent,
  publish,
  readPlace,
  verdictAt,
  verdictOf,
} from '../stream-link.js';
import type { Target } from '../target.js';

/** Told of a link that lives, and of no question. */
const LATER_REASONS: ReadonlySet<unknown> = new Set(['epoch', 'slow', 'unavailable']);
/** A stream may begin anew between two looks at it. */
const EXCUSES: ReadonlySet<unknown> = new Set(['epoch', 'unavailable']);
/** No server gets as far by itself while it is looked at. */
const FAR_AHEAD = 1_000_000_000;
/** No position has as many characters: none is worth repeating. */
const OVER_LONG = 'x'.repeat(4096);

const noVerdict = (link: Link, { options }: Target): Verdict =>
  fail(
    link.ending
      ? describeEnding(link.ending)
      : `neither resumed nor gap came in ${options.timeoutMs} ms`,
  );

function judgePosition({ facts }: Target): Verdict {
  const position = facts.connected?.['position'];
  if (position === undefined) return fail('connected names none: nobody can say where he stands');
  return readPlace(position)
    ? pass(String(position))
    : fail(`${JSON.stringify(position)} is not as k3J9xQab.790`);
}

/** Where a link begins nothing can be missing. */
function faultOfBeginning(link: Link, target: Target): Verdict | undefined {
  const verdict = verdictOf(link);
  if (!verdict) return noVerdict(link, target);
  const { from, to, reason } = dataOf(verdict);
  if (verdict['type'] === 'gap') {
    return EXCUSES.has(reason) ? undefined : fail(`gap ${JSON.stringify(reason)}`);
  }
  const began = greetedAt(link);
  if (from !== began) return fail(`resumed from ${JSON.stringify(from)}, and not from ${began}`);
  const [asked, reached] = [readPlace(from), readPlace(to)];
  if (!asked || reached?.epoch !== asked.epoch || reached.seq < asked.seq) {
    return fail(`resumed from ${JSON.stringify(from)} to ${JSON.stringify(to)}`);
  }
  const again = link.frames.slice(verdictAt(link) + 1).find(({ message }) => {
    const isLater = message?.['type'] === 'gap' && LATER_REASONS.has(dataOf(message)['reason']);
    return message?.['type'] === 'resumed' || (message?.['type'] === 'gap' && !isLater);
  });
  return again ? fail(`a second verdict: ${again.text.slice(0, 200)}`) : undefined;
}

/** For questions that are made of it. */
const fromPosition =
  (judge: (target: Target) => Promise<Verdict>) =>
  async (target: Target): Promise<Verdict> =>
    readPlace(target.facts.connected?.['position'])
      ? judge(target)
      : skipped('connected names no position');

async function judgeVerdict(target: Target): Promise<Verdict> {
  const questions = { null: () => null, 'the position of connected': greetedAt };
  for (const [which, from] of Object.entries(questions)) {
    const link = await ask(target, from);
    // For one that is answered twice.
    await target.settle(link);
    const fault = faultOfBeginning(link, target);
    if (fault) return { ...fault, seen: `${which}: ${fault.seen}` };
  }
  return pass(`for ${Object.keys(questions).join(', ')}`);
}

/** Answered by a gap with this reason, and the link lives on. */
async function judgeGap(
  target: Target,
  reason: string,
  questions: Readonly<Record<string, (link: Link) => unknown>>,
): Promise<Verdict> {
  for (const [which, from] of Object.entries(questions)) {
    const link = await ask(target, from);
    const verdict = verdictOf(link);
    const told = dataOf(verdict);
    const about = (fault: Verdict): Verdict => ({ ...fault, seen: `${which}: ${fault.seen}` });
    if (!verdict) return about(noVerdict(link, target));
    if (verdict['type'] !== 'gap') return about(fail('resumed, as if nothing were missing'));
    if (told['reason'] !== reason) return about(fail(`gap ${JSON.stringify(told['reason'])}`));
    if (JSON.stringify(verdict).includes(OVER_LONG)) return about(fail('repeated in the answer'));
    const { ending } = await target.settle(link);
    if (ending) return about(fail(describeEnding(ending)));
  }
  return pass(`gap ${reason}`);
}

const invalid: Readonly<Record<string, () => unknown>> = {
  'no position': () => 'keepline-check',
  'a number': () => 790,
  'an object': () => ({ from: 'k3J9xQab.790' }),
  nothing: () => undefined,
  'a seq that is no number': () => 'k3J9xQab.7e9',
  'far too much': () => OVER_LONG,
};

const movedBy = (place: (epoch: string, seq: number) => string) => (link: Link) => {
  const began = readPlace(greetedAt(link));
  return began ? place(began.epoch, began.seq) : null;
};

async function judgeSecond(target: Target): Promise<Verdict> {
  const link = await ask(target, () => null);
  if (!verdictOf(link)) return noVerdict(link, target);
  link.resume(null);
  await link.until(() => link.ending, target.options.timeoutMs);
  return link.ending ? judgeCode(link.ending, MALFORMED) : fail(describeEnding(undefined));
}

const sameEvent = (one: Readonly<Record<string, unknown>>) =>
  JSON.stringify([one['type'], one['seq'], one['id'], one['data']]);

/** One link hears it live, another that was not there is sent it when it comes back. */
async function judgeReplay(target: Target): Promise<Verdict> {
  const { timeoutMs } = target.options;
  const live = await ask(target, () => null);
  const began = greetedAt(live);
  await publish(target);
  const newest = () => live.frames.findLast(isEvent)?.message;
  await live.until(() => newest() ?? live.ending, timeoutMs);
  // What was published behind it has come, too.
  await target.settle(live);
  const heard = newest();
  if (!heard) return skipped(`what the command published reached no link in ${timeoutMs} ms`);
  const back = await ask(target, () => began);
  const verdict = verdictOf(back);
  if (!verdict) return noVerdict(back, target);
  if (verdict['type'] === 'gap') {
    return fail(`${JSON.stringify(dataOf(verdict)['reason'])} is missing, a moment after it came`);
  }
  const again = () => back.find(0, ({ seq }) => seq === heard['seq']);
  await back.until(() => again() ?? back.ending, timeoutMs);
  const sent = again();
  if (!sent) return fail(`seq ${heard['seq']} came live, and to whoever comes back it does not`);
  return sameEvent(sent) === sameEvent(heard)
    ? pass(`seq ${heard['seq']} again, after ${began}`)
    : fail(`another event under one seq: ${sameEvent(heard)} and ${sameEvent(sent)}`.slice(0, 400));
}

const stated: Pick<Rule, 'section' | 'level' | 'needs'> = {
  section: 'The stream',
  level: 'must',
  needs: ['link', 'connected', 'feature resume'],
};

export const stream: readonly Rule[] = [
  {
    id: 'resume.position',
    sentence: '`connected` names the position that the stream has come to.',
    ...stated,
    judge: async (target) => judgePosition(target),
  },
  {
    id: 'resume.verdict',
    sentence:
      '`resume` from where the link began is answered by one `resumed`, from there to no earlier place of that epoch.',
    ...stated,
    judge: fromPosition(judgeVerdict),
  },
  {
    id: 'resume.invalid',
    sentence:
      '`resume` from what is no position is answered by a `gap` invalid that repeats nothing long.',
    ...stated,
    attack: true,
    judge: (target) => judgeGap(target, 'invalid', invalid),
  },
  {
    id: 'resume.epoch',
    sentence: '`resume` from a position of another epoch is answered by a `gap` epoch.',
    ...stated,
    judge: fromPosition((target) =>
      judgeGap(target, 'epoch', {
        'another epoch': movedBy((epoch, seq) => `${epoch === 'other' ? 'more' : 'other'}.${seq}`),
        'an epoch that differs by a letter': movedBy(
          (epoch, seq) => `${epoch.slice(0, -1)}${epoch.endsWith('A') ? 'B' : 'A'}.${seq}`,
        ),
      }),
    ),
  },
  {
    id: 'resume.ahead',
    sentence:
      '`resume` from a position that the stream has not come to is answered by a `gap` ahead.',
    ...stated,
    judge: fromPosition((target) =>
      judgeGap(target, 'ahead', {
        'far ahead': movedBy((epoch, seq) => `${epoch}.${seq + FAR_AHEAD}`),
        'the greatest there is': movedBy((epoch) => `${epoch}.${Number.MAX_SAFE_INTEGER}`),
      }),
    ),
  },
  {
    id: 'resume.once',
    sentence: 'A second `resume` on a link closes with 4400.',
    ...stated,
    attack: true,
    judge: judgeSecond,
  },
  {
    id: 'resume.replay',
    sentence: 'What was published while nobody listened is sent to who comes back, as it was live.',
    ...stated,
    needs: [...stated.needs, 'publish-command'],
    judge: fromPosition(judgeReplay),
  },
];
