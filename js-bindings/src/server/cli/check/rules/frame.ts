/** Frames that should never come and will: each costs at most the link that it came on. */
import { describeEnding, type Link } from '../link.js';
import { faultyFrame } from '../raw-link.js';
import {
  BROKEN_FRAMING,
  judgeEach,
  judgeUnwanted,
  list,
  MALFORMED,
  TOO_LARGE,
  TOO_MANY,
} from '../reactions.js';
import { fail, pass, type Rule, type Verdict } from '../rule.js';
import type { Reaction, Target } from '../target.js';

/** One byte more than a type may have. */
const OVER_LONG_TYPE = 'x'.repeat(65);
/** What UTF-8 never contains, in an otherwise good message. */
const NOT_UTF8 = Buffer.from('{"type":"keepline-check","data":"\u00ff"}', 'latin1');

const sending = (frames: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(frames).map(
      ([name, frame]) => [name, (link: Link) => link.send(frame)] as const,
    ),
  );

const judgeMalformed = (frames: Readonly<Record<string, string>>) => (target: Target) =>
  judgeEach(target, sending(frames), (reaction) => judgeUnwanted(reaction, MALFORMED));

/** A text that is not UTF-8 must not be taken at all, https://www.rfc-editor.org/rfc/rfc6455#section-8.1 */
async function judgeBadText(target: Target): Promise<Verdict> {
  const reaction = await target.reactionTo((link) => link.send(NOT_UTF8));
  return reaction.ending || reaction.silent
    ? judgeUnwanted(reaction, MALFORMED)
    : fail('it was taken: browsers drop a link for this');
}

async function judgeBinary(target: Target): Promise<Verdict> {
  const id = target.mark();
  const reaction = await target.reactionTo((link) =>
    link.send(Buffer.from(JSON.stringify({ type: 'ping', id })), { binary: true }),
  );
  const isAnswered = reaction.said.some(({ message }) => message?.['id'] === id);
  return isAnswered ? pass('taken as text is') : judgeUnwanted(reaction, MALFORMED);
}

async function judgeFragments(target: Target): Promise<Verdict> {
  const id = target.mark();
  const message = JSON.stringify({ type: 'ping', id });
  const reaction = await target.reactionTo((link) => {
    link.send(message.slice(0, 9), { fin: false });
    link.send(message.slice(9), { fin: true });
  });
  if (reaction.ending) return fail(describeEnding(reaction.ending));
  if (reaction.silent) return fail('the link is dead: it answers nothing any more');
  if (!target.facts.answersPing) return pass('the link lived on');
  const isAnswered = reaction.said.some(({ message: each }) => each?.['id'] === id);
  return isAnswered ? pass('put together and answered') : fail('not put together: no answer came');
}

async function judgeBig(target: Target): Promise<Verdict> {
  const { bigBytes } = target.options;
  const frame = JSON.stringify({ type: 'keepline-check', data: 'x'.repeat(bigBytes) });
  const verdict = judgeUnwanted(await target.reactionTo((link) => link.send(frame)), TOO_LARGE);
  return { ...verdict, seen: `${bigBytes} bytes: ${verdict.seen}` };
}

async function judgeFault(target: Target, fault: Parameters<typeof faultyFrame>[1]) {
  const { timeoutMs } = target.options;
  const link = target.dialRaw();
  await link.until(() => link.status, timeoutMs);
  if (link.status !== 101)
    return fail(`the upgrade was answered with HTTP ${link.status ?? 'nothing'}`);
  link.send(faultyFrame('{"type":"keepline-check"}', fault));
  await link.until(() => link.ending ?? (link.isOver || undefined), timeoutMs);
  const { ending } = link;
  if (ending) {
    const isRight = [...BROKEN_FRAMING, ...MALFORMED].includes(ending.code);
    return isRight
      ? pass(describeEnding(ending))
      : fail(`${describeEnding(ending)}, and not with 1002`);
  }
  return link.isOver
    ? pass('the connection was ended without a close frame, as it may be')
    : fail(`the link stayed open for ${timeoutMs} ms`);
}

async function judgeFlood(target: Target): Promise<Verdict> {
  const { floodMessages } = target.options;
  const reaction: Reaction = await target.reactionTo((link) => {
    for (let count = 0; count < floodMessages; count += 1) {
      link.send({ type: 'ping', id: `flood-${count}` });
    }
  });
  const { ending, silent } = reaction;
  const much = `${floodMessages} messages at once`;
  if (silent) return fail(`${much}: the link is dead, and is not closed`);
  if (!ending) return pass(`${much} are tolerated`);
  const seen = `${much}: ${describeEnding(ending)}`;
  if (!TOO_MANY.includes(ending.code)) return fail(`${seen}, and not with ${list(TOO_MANY)}`);
  return pass(ending.reason.startsWith('{') ? seen : `${seen}, without a hint when to come back`);
}

type Attack = Pick<Rule, 'id' | 'sentence' | 'judge'> & Partial<Pick<Rule, 'section' | 'rfc'>>;

const attacks: readonly Attack[] = [
  {
    id: 'frame.not-json',
    sentence: 'A frame that is no JSON closes with 4400, or is answered, or passed over.',
    judge: judgeMalformed({
      'half a message': '{"type":"keepline-check","data":{"a":',
      'a word': 'keepline-check',
      nothing: '',
    }),
  },
  {
    id: 'frame.not-an-object',
    sentence: 'JSON that is no object closes with 4400, or is answered, or passed over.',
    judge: judgeMalformed({ 'an array': '["ping"]', 'a number': '7', null: 'null' }),
  },
  {
    id: 'frame.no-type',
    sentence: 'A message without a type closes with 4400, or is answered, or passed over.',
    judge: judgeMalformed({
      'no type': '{"data":{}}',
      'an empty one': '{"type":"","data":{}}',
      'one that is a number': '{"type":7,"data":{}}',
    }),
  },
  {
    id: 'frame.over-long-type',
    sentence: 'A type of more than 64 bytes closes with 4400, or is answered, or passed over.',
    judge: judgeMalformed({ '65 bytes': JSON.stringify({ type: OVER_LONG_TYPE, data: {} }) }),
  },
  {
    id: 'frame.not-utf8-text',
    sentence: 'A text frame that is not UTF-8 closes with 1007 or 4400.',
    rfc: 'RFC 6455, 8.1',
    judge: judgeBadText,
  },
  {
    id: 'frame.not-utf8-binary',
    sentence:
      'A binary frame that is not UTF-8 closes with 4400 or 1007, or is answered, or passed over.',
    judge: async (target) =>
      judgeUnwanted(
        await target.reactionTo((link) => link.send(NOT_UTF8, { binary: true })),
        MALFORMED,
      ),
  },
  {
    id: 'frame.binary',
    sentence: 'A message in a binary frame is taken as text is, or closes with 4400 or 1003.',
    judge: judgeBinary,
  },
  {
    id: 'frame.fragments',
    sentence: 'A message in several fragments is put together.',
    rfc: 'RFC 6455, 5.4',
    judge: judgeFragments,
  },
  {
    id: 'frame.too-big',
    sentence: 'A frame that is too big closes with 1009, 4413 or 4400.',
    judge: judgeBig,
  },
  {
    id: 'frame.reserved-bit',
    sentence: 'A frame with a bit of an extension that nobody agreed on ends the link with 1002.',
    rfc: 'RFC 6455, 5.2',
    judge: (target) => judgeFault(target, 'reserved bit'),
  },
  {
    id: 'frame.unmasked',
    sentence: 'A frame of a client without a mask ends the link with 1002.',
    rfc: 'RFC 6455, 5.1',
    judge: (target) => judgeFault(target, 'unmasked'),
  },
  {
    id: 'rate.flood',
    sentence: 'More messages than are allowed close with 4429 and a hint, or are tolerated.',
    section: 'Close codes',
    judge: judgeFlood,
  },
];

export const frame: readonly Rule[] = attacks.map((rule) => ({
  section: 'Frames' as const,
  level: 'must' as const,
  needs: ['link'] as const,
  attack: true,
  ...rule,
}));
