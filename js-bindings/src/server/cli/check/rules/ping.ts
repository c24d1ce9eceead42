/** Pings of the three kinds, from the client's side. */
import { describeEnding, type Link } from '../link.js';
import { fail, pass, type Rule, skipped, type Verdict } from '../rule.js';
import type { Target } from '../target.js';

/** What is no part of a small protocol need not be answered where the server never said that it speaks it. */
function unanswered(target: Target, link: Link): Verdict {
  if (link.ending) return fail(describeEnding(link.ending));
  const seen = `no answer in ${target.options.timeoutMs} ms`;
  return target.facts.connected
    ? fail(seen)
    : skipped(`${seen}, and the server sends no "connected": switch the client's heartbeat off`);
}

async function judgeJsonPing(target: Target): Promise<Verdict> {
  const link = await target.serve();
  const id = target.mark();
  const { timeoutMs } = target.options;
  link.send({ type: 'ping', id, ts: Date.now() });
  const since = link.frames.length;
  const pong = () => link.find(since, (message) => message['type'] === 'pong');
  await link.until(() => pong() ?? link.ending, timeoutMs);
  const answer = pong();
  if (!answer) return unanswered(target, link);
  if (answer['id'] !== id)
    return fail(`the pong has the id ${JSON.stringify(answer['id'])}, not ours`);
  const ts = answer['ts'];
  if (ts === undefined) return pass('a pong with the same id, and without ts');
  return typeof ts === 'number'
    ? pass('a pong with the same id, and ts')
    : fail(`ts is ${JSON.stringify(ts)}, and not a number of ms`);
}

async function judgeTextPing(target: Target): Promise<Verdict> {
  const link = await target.serve();
  const since = link.frames.length;
  const pong = () => link.frames.slice(since).find(({ text }) => text === 'pong');
  link.send('ping');
  // Where the other form is answered, its answer shows that this one was passed over.
  const { ending } = target.facts.answersPing ? await target.settle(link, since) : link;
  const patience = target.facts.answersPing ? target.options.quietMs : target.options.timeoutMs;
  const answered = ending ? pong() : await link.until(pong, patience);
  if (answered) return pass('pong');
  if (link.ending || !target.facts.answersPing) return unanswered(target, link);
  return fail('passed over: a client with heartbeat format "text" takes the link for dead');
}

async function judgeProtocolPing(target: Target): Promise<Verdict> {
  const link = await target.serve();
  const id = target.mark();
  link.ping(id);
  await link.until(() => link.pongHeard ?? link.ending, target.options.timeoutMs);
  if (link.pongHeard === id) return pass('a pong with the same payload');
  if (link.ending) return fail(describeEnding(link.ending));
  return fail(
    link.pongHeard === undefined
      ? `no pong in ${target.options.timeoutMs} ms`
      : 'the pong has another payload',
  );
}

export const ping: readonly Rule[] = [
  {
    id: 'ping.json',
    sentence: '{"type":"ping","id"} is answered by {"type":"pong","id","ts"} with the same id.',
    section: 'Control messages',
    level: 'must',
    needs: ['link'],
    judge: judgeJsonPing,
  },
  {
    id: 'ping.text',
    sentence: 'The bare text `ping` is answered by `pong`.',
    section: 'Control messages',
    level: 'should',
    needs: ['link'],
    judge: judgeTextPing,
  },
  {
    id: 'ping.protocol',
    sentence: 'A ping of the WebSocket protocol is answered by its pong.',
    section: 'Frames',
    rfc: 'RFC 6455, 5.5.2',
    level: 'must',
    needs: ['link'],
    judge: judgeProtocolPing,
  },
];
