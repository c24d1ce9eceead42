/** What a reaction means to the client: codes by their row of the protocol, and sentences about them. */
import { describeEnding, type Ending, type Link } from './link.js';
import { fail, pass, type Verdict } from './rule.js';
import { isAnswer, type Reaction, type Target } from './target.js';

/** Rows of the table of close codes; a client does the same for each code of a row. */
export const TOKEN_REJECTED: readonly number[] = [4401, 3000, 1008];
export const FORBIDDEN: readonly number[] = [4403, 3003];
/** 4400, and what RFC 6455, 7.4.1 has for data that cannot be taken. */
export const MALFORMED: readonly number[] = [4400, 1003, 1007];
export const TOO_LARGE: readonly number[] = [1009, 4413, 4400];
export const TOO_MANY: readonly number[] = [4429, 1013];
/** What libraries say by themselves when the framing is broken. */
export const BROKEN_FRAMING: readonly number[] = [1002];

export const list = (codes: readonly number[]): string =>
  `${codes.slice(0, -1).join(', ')}${codes.length > 1 ? ' or ' : ''}${codes.at(-1)}`;

export const answerIn = ({ said }: Reaction) => said.find(isAnswer)?.message;

function describeAnswer(answer: Readonly<Record<string, unknown>>): string {
  return `answered with ${JSON.stringify(answer).slice(0, 200)}`;
}

/** What should be refused, and may be ignored: never a link that breaks, or a code that misleads. */
export function judgeUnwanted(reaction: Reaction, codes: readonly number[]): Verdict {
  const { ending, silent } = reaction;
  if (ending) {
    const seen = describeEnding(ending);
    if (codes.length === 0) return fail(seen);
    return codes.includes(ending.code) ? pass(seen) : fail(`${seen}, and not with ${list(codes)}`);
  }
  if (silent) return fail('the link is dead: it answers nothing any more, and is not closed');
  const answer = answerIn(reaction);
  return pass(answer ? describeAnswer(answer) : 'ignored, which is tolerated');
}

/** Several of a kind; the first that is not taken well decides, and all are told of otherwise. */
export async function judgeEach(
  target: Target,
  cases: ReadonlyMap<string, (link: Link) => void>,
  judge: (reaction: Reaction) => Verdict,
): Promise<Verdict> {
  const seen = new Map<string, string[]>();
  for (const [name, send] of cases) {
    const verdict = judge(await target.reactionTo(send));
    if (verdict.result !== 'pass') return { ...verdict, seen: `${name}: ${verdict.seen}` };
    seen.set(verdict.seen, [...(seen.get(verdict.seen) ?? []), name]);
  }
  return pass([...seen].map(([what, names]) => `${names.join(', ')}: ${what}`).join('; '));
}

/** A dial that has to end with a code of a row, after an upgrade that was accepted. */
export async function judgeRefusal(
  target: Target,
  link: Link,
  codes: readonly number[],
): Promise<Verdict> {
  const { timeoutMs } = target.options;
  const served = () => link.find(0, ({ type }) => type === 'connected');
  await link.until(() => link.ending ?? served(), timeoutMs);
  const { opening, ending } = link;
  if (opening?.kind === 'refused') {
    return fail(
      `the upgrade was refused with HTTP ${opening.status}: a page sees 1006 and goes on trying; accept it and close with ${codes[0]}`,
    );
  }
  if (opening?.kind === 'failed') return fail(`the dial failed: ${opening.why}`);
  if (ending) return judgeCode(ending, codes);
  return fail(served() ? 'it was served' : `it was not closed in ${timeoutMs} ms`);
}

export function judgeCode(ending: Ending, codes: readonly number[]): Verdict {
  const seen = describeEnding(ending);
  return codes.includes(ending.code) ? pass(seen) : fail(`${seen}, and not with ${list(codes)}`);
}
