/** Messages with an id: each is answered once, and done once. */
import { isObject, type Link } from '../link.js';
import { fail, pass, type Rule, skipped, type Verdict } from '../rule.js';
import { isAnswer, type Target } from '../target.js';

type Message = Readonly<Record<string, unknown>>;

function judgeWindow({ facts }: Target): Verdict {
  const ms = facts.connected?.['ackWindowMs'];
  return Number.isSafeInteger(ms) && Number(ms) >= 1
    ? pass(`${ms} ms`)
    : fail(`ackWindowMs is ${JSON.stringify(ms)}, and not a whole number of ms from 1 on`);
}

const answersTo = ({ frames }: Link, id: string): Message[] =>
  frames.filter(isAnswer).flatMap(({ message }) => (message?.['id'] === id ? [message] : []));

/** As many answers as were asked for, or what came in time; and those that come behind them. */
async function answersOf(target: Target, link: Link, id: string, count: number) {
  const { timeoutMs } = target.options;
  const enough = () => (answersTo(link, id).length >= count || link.ending ? true : undefined);
  await link.until(enough, timeoutMs);
  if (!link.ending) await target.settle(link);
  return answersTo(link, id);
}

async function judgeOnce(target: Target): Promise<Verdict> {
  const { message } = target.options;
  const said: string[] = [];
  for (const each of [{ type: 'keepline-check-unknown' }, ...(message ? [message] : [])]) {
    const link = await target.serve();
    const id = target.uniqueId();
    link.send({ ...each, id });
    const answers = await answersOf(target, link, id, 1);
    const [answer] = answers;
    if (answers.length !== 1 || !answer) {
      return fail(`${String(each['type'])}: ${answers.length} answers to one message`);
    }
    const { outcome, code } = (answer['data'] ?? {}) as { outcome?: unknown; code?: unknown };
    const word = answer['type'] === 'ack' ? outcome : code;
    if (typeof word !== 'string' || word === '') {
      return fail(`${JSON.stringify(answer).slice(0, 200)} says neither an outcome nor a code`);
    }
    said.push(`${answer['type']}, ${word}`);
  }
  return pass(said.join('; '));
}

const outcomeOf = ({ data }: Message): unknown => (isObject(data) ? data['outcome'] : undefined);
const resultOf = ({ data }: Message): string | undefined =>
  isObject(data) ? JSON.stringify(data['result']) : undefined;

/** Twice at once, and again on another link, as after an outage. */
async function judgeRepeat(target: Target): Promise<Verdict> {
  const message = { ...target.options.message, id: target.uniqueId() };
  const { id } = message;
  const link = await target.serve();
  link.send(message);
  link.send(message);
  const first = await answersOf(target, link, id, 2);
  const refusal = first.find(({ type }) => type === 'error');
  if (refusal) {
    return skipped(`--message is not done: ${JSON.stringify(refusal['data']).slice(0, 200)}`);
  }
  const other = await target.serve();
  other.send(message);
  const all = [...first, ...(await answersOf(target, other, id, 1))];
  const outcomes = all.map(outcomeOf);
  if (all.length !== 3) return fail(`${all.length} answers to one message that was sent 3 times`);
  const repeats = outcomes.filter((outcome) => outcome === 'repeat').length;
  if (repeats !== 2) return fail(`sent 3 times with one id, it is told: ${outcomes.join(', ')}`);
  return new Set(all.map(resultOf)).size === 1
    ? pass('done once, and a repeat with the same result')
    : fail(`another result for one id: ${all.map(resultOf).join(', ').slice(0, 300)}`);
}

const stated: Pick<Rule, 'section' | 'level' | 'needs'> = {
  section: 'Answers',
  level: 'must',
  needs: ['link', 'connected', 'feature ack'],
};

export const answers: readonly Rule[] = [
  {
    id: 'ack.window',
    sentence: '`connected` says how long a message is known by its id: `ackWindowMs`.',
    ...stated,
    judge: async (target) => judgeWindow(target),
  },
  {
    id: 'ack.once',
    sentence: 'A message with an id gets one `ack` with an outcome, or one `error` with a code.',
    ...stated,
    judge: judgeOnce,
  },
  {
    id: 'ack.repeat',
    sentence:
      'A message that comes again is done once, and answered by `repeat` with the same result.',
    ...stated,
    needs: [...stated.needs, 'message'],
    judge: judgeRepeat,
  },
];
