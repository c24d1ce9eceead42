/** Messages that are well-formed: unknown ones, and those of the features that a server lists. */
import { describeEnding, type Link } from '../link.js';
import { answerIn, judgeCode, judgeUnwanted, MALFORMED, TOKEN_REJECTED } from '../reactions.js';
import { fail, pass, type Rule, skipped, type Verdict } from '../rule.js';
import type { Target } from '../target.js';

/** One more than may be asked for. */
const TOO_MANY_PATTERNS = Array.from({ length: 65 }, (_, index) => `keepline_check_${index}`);

async function judgeUnknown(target: Target): Promise<Verdict> {
  const id = target.mark();
  const reaction = await target.reactionTo((link) =>
    link.send({ type: 'keepline-check-unknown', id, data: {} }),
  );
  return judgeUnwanted(reaction, []);
}

async function judgeUnknownAnswered(target: Target): Promise<Verdict> {
  const id = target.mark();
  const reaction = await target.reactionTo((link) =>
    link.send({ type: 'keepline-check-unknown', id, data: {} }),
  );
  if (reaction.ending) return skipped(describeEnding(reaction.ending));
  const answer = answerIn(reaction);
  if (!answer) return fail('no word of it: a page that waits for an answer waits in vain');
  return answer['id'] === id
    ? pass(`answered with ${String(answer['type'])}`)
    : fail(`the answer bears the id ${JSON.stringify(answer['id'])}, not ours`);
}

const subscribe = (target: Target, data: unknown) => {
  const id = target.mark();
  return target.reactionTo((link) => link.send({ type: 'subscribe', id, data }));
};

async function judgeGoodSubscription(target: Target): Promise<Verdict> {
  for (const events of [['call_update', 'import_*'], [], ['*']]) {
    const reaction = await subscribe(target, { events });
    const which = JSON.stringify(events);
    if (reaction.ending) return fail(`${which}: ${describeEnding(reaction.ending)}`);
    if (reaction.silent) return fail(`${which}: the link answers nothing any more`);
    const answer = answerIn(reaction);
    if (answer?.['type'] === 'error') return fail(`${which}: ${JSON.stringify(answer)}`);
  }
  return pass('taken; pings are answered after it as before');
}

async function judgeBadSubscription(target: Target): Promise<Verdict> {
  const cases = {
    'no list': { events: 7 },
    'a list of numbers': { events: [1] },
    nothing: undefined,
  };
  for (const [which, data] of Object.entries(cases)) {
    const verdict = judgeBadSubscribe(await subscribe(target, data));
    if (verdict.result !== 'pass') return { ...verdict, seen: `${which}: ${verdict.seen}` };
  }
  return pass('answered with bad_subscribe');
}

function judgeBadSubscribe(reaction: Awaited<ReturnType<typeof subscribe>>): Verdict {
  if (reaction.ending) return fail(describeEnding(reaction.ending));
  const answer = answerIn(reaction);
  if (answer?.['type'] !== 'error') return fail('no error came');
  const { code } = (answer['data'] ?? {}) as { code?: unknown };
  return code === 'bad_subscribe'
    ? pass('bad_subscribe')
    : fail(`the code is ${JSON.stringify(code)}`);
}

async function judgeTooManyPatterns(target: Target): Promise<Verdict> {
  const reaction = await subscribe(target, { events: TOO_MANY_PATTERNS });
  if (answerIn(reaction)?.['type'] === 'error') return pass('answered with an error');
  if (reaction.ending) return judgeCode(reaction.ending, MALFORMED);
  return fail(`${TOO_MANY_PATTERNS.length} patterns are taken`);
}

/** The verdict about a token may take as long as any answer. */
async function renew(target: Target, token: string): Promise<Link> {
  const link = await target.serve();
  const since = link.frames.length;
  link.send({ type: 'auth', data: { token } });
  const answer = () => link.find(since, ({ type }) => type === 'authed' || type === 'error');
  await link.until(() => answer() ?? link.ending, target.options.timeoutMs);
  return link;
}

async function judgeGoodRenewal(target: Target): Promise<Verdict> {
  const link = await renew(target, target.options.token ?? '');
  const authed = link.find(0, ({ type }) => type === 'authed');
  if (!authed) return fail(`no authed came; ${describeEnding(link.ending)}`);
  const { expiresInMs } = (authed['data'] ?? {}) as { expiresInMs?: unknown };
  return Number.isSafeInteger(expiresInMs) && Number(expiresInMs) >= 0
    ? pass(`authed, for ${expiresInMs} ms`)
    : fail(`expiresInMs is ${JSON.stringify(expiresInMs)}, and not a whole number of ms`);
}

async function judgeBadRenewal(target: Target): Promise<Verdict> {
  const link = await renew(target, 'keepline-check-no-token');
  if (link.find(0, ({ type }) => type === 'authed')) return fail('authed: any token renews');
  await link.until(() => link.ending, target.options.timeoutMs);
  return link.ending ? judgeCode(link.ending, TOKEN_REJECTED) : fail(describeEnding(undefined));
}

const feature = (name: string): Pick<Rule, 'section' | 'level' | 'needs'> => ({
  section: 'Control messages',
  level: 'must',
  needs: ['link', 'connected', `feature ${name}`],
});

export const message: readonly Rule[] = [
  {
    id: 'message.unknown',
    sentence: 'A message of an unknown type does not cost the link.',
    section: 'Control messages',
    level: 'must',
    needs: ['link'],
    attack: true,
    judge: judgeUnknown,
  },
  {
    id: 'message.unknown-answered',
    sentence:
      'A message of an unknown type with an id is answered by `error` or `ack` with that id.',
    section: 'Control messages',
    level: 'should',
    needs: ['link', 'connected'],
    judge: judgeUnknownAnswered,
  },
  {
    id: 'subscribe.good',
    sentence: '`subscribe` is taken for names, for prefixes, for everything and for nothing.',
    ...feature('subscribe'),
    judge: judgeGoodSubscription,
  },
  {
    id: 'subscribe.bad',
    sentence:
      '`subscribe` with another payload is answered by `error` with the code bad_subscribe.',
    ...feature('subscribe'),
    judge: judgeBadSubscription,
  },
  {
    id: 'subscribe.too-many',
    sentence: 'More than 64 patterns are refused.',
    ...feature('subscribe'),
    level: 'should',
    judge: judgeTooManyPatterns,
  },
  {
    id: 'reauth.good',
    sentence: '`auth` with a good token is answered by `authed` with `expiresInMs`.',
    ...feature('reauth'),
    needs: [...feature('reauth').needs, 'token'],
    judge: judgeGoodRenewal,
  },
  {
    id: 'reauth.bad',
    sentence: '`auth` with what is no token closes with 4401.',
    ...feature('reauth'),
    judge: judgeBadRenewal,
  },
];
