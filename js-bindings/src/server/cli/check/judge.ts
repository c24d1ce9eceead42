/** Judges rule after rule, and sees to it that one that hurt the server is not blamed on those after it. */
import { describeEnding, type Link } from './link.js';
import { TOO_MANY } from './reactions.js';
import { fail, type Need, type Rule, skipped, type Verdict } from './rule.js';
import { NotServed, type Target } from './target.js';

export interface Judged {
  readonly rule: Rule;
  readonly verdict: Verdict;
}

/** A user may have one link only: the newer one replaces the older, and no attack was it. */
const REPLACED: readonly number[] = [4409];

export async function judgeAll(target: Target, rules: readonly Rule[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  let culprit: string | undefined;
  for (const rule of rules) {
    const verdict = await judgeUnless(target, rule, culprit);
    judged.push({ rule, verdict });
    target.dropAll();
    if (rule.attack && verdict.result === 'fail' && !culprit && !(await isServed(target))) {
      culprit = rule.id;
    }
  }
  return judged;
}

async function judgeUnless(target: Target, rule: Rule, culprit: string | undefined) {
  if (culprit && rule.needs.includes('link')) {
    return skipped(`the server serves nobody any more since ${culprit}`);
  }
  const lacking = rule.needs.map((need) => lack(target, need)).find((why) => why !== undefined);
  if (lacking !== undefined) return skipped(lacking);
  try {
    return rule.attack ? await judgeAttack(target, rule) : await rule.judge(target);
  } catch (error) {
    if (!(error instanceof NotServed)) throw error;
    const seen = `a dial that was good before: ${error.message}`;
    return isPutOff(error) ? skipped(`${seen}; --pace gives the server time`) : fail(seen);
  }
}

/** No fault: it said when to come back. */
const isPutOff = ({ code }: NotServed): boolean => code !== undefined && TOO_MANY.includes(code);

/** Why a rule cannot be judged, where something that it needs is not there. */
function lack({ facts, options, features }: Target, need: Need): string | undefined {
  switch (need) {
    case 'link':
      return facts.noLink;
    case 'selection':
      return facts.selects ? undefined : 'no subprotocol is selected: no page gets as far as this';
    case 'token':
      return options.token === undefined ? 'no token was given' : undefined;
    case 'expired':
      return options.expired === undefined ? 'no --expired was given' : undefined;
    case 'restart-command':
      return options.restartCommand === undefined ? 'no --restart-command was given' : undefined;
    case 'publish-command':
      return options.publishCommand === undefined ? 'no --publish-command was given' : undefined;
    case 'message':
      return options.message === undefined ? 'no --message was given' : undefined;
    case 'connected':
      return facts.connected ? undefined : 'the server sends no "connected", and may do without';
    default: {
      const feature = need.slice('feature '.length);
      return features.includes(feature) ? undefined : `"${feature}" is not listed as a feature`;
    }
  }
}

/** Somebody else is there all the while, and somebody new comes after. */
async function judgeAttack(target: Target, rule: Rule): Promise<Verdict> {
  const bystander = await target.serve();
  const verdict = await rule.judge(target);
  const harms = [await harmTo(target, bystander), await harmToNewcomers(target)];
  const harm = harms.filter((each) => each !== undefined).join('; ');
  if (harm === '') return verdict;
  return fail(
    verdict.result === 'fail'
      ? `${verdict.seen}; ${harm}`
      : `${harm}; the link itself: ${verdict.seen}`,
  );
}

async function harmTo(target: Target, bystander: Link): Promise<string | undefined> {
  const { ending, silent } = await target.settle(bystander);
  if (ending && REPLACED.includes(ending.code)) return undefined;
  if (ending) return `another link of the same user: ${describeEnding(ending)}`;
  return silent ? 'another link of the same user is answered no more' : undefined;
}

async function harmToNewcomers(target: Target): Promise<string | undefined> {
  try {
    await target.serve();
    return undefined;
  } catch (error) {
    if (!(error instanceof NotServed)) throw error;
    return isPutOff(error) ? undefined : `a new dial after it: ${error.message}`;
  }
}

async function isServed(target: Target): Promise<boolean> {
  const harm = await harmToNewcomers(target);
  target.dropAll();
  return harm === undefined;
}
