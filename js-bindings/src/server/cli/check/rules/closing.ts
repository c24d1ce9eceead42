/** How links end, and what all that was seen has in common: judged last. */
import { describeEnding, type Frame, isObject } from '../link.js';
import { fail, pass, type Rule, skipped, type Verdict } from '../rule.js';
import { runByShell } from '../shell.js';
import type { Target } from '../target.js';

/** What the client makes of more: it waits so long and no longer. */
const HINT_MS_MAX = 300_000;
const RESTART: readonly number[] = [1012];
/** A command that takes longer to end a link is not waited for. */
const RESTART_MS_MAX = 60_000;
/** Of a type, in bytes. */
const TYPE_BYTES_MAX = 64;

async function judgeEcho(target: Target): Promise<Verdict> {
  const seen: string[] = [];
  for (const code of [1000, 4000]) {
    const link = await target.serve();
    const begun = performance.now();
    link.close(code, 'keepline check is done');
    await link.until(() => link.ending, target.options.timeoutMs);
    const ms = Math.round(performance.now() - begun);
    if (!link.ending) return fail(`${code} was not answered in ${target.options.timeoutMs} ms`);
    if (link.ending.code !== code) return fail(`${code}: ${describeEnding(link.ending)}`);
    seen.push(`${code} after ${ms} ms`);
  }
  return pass(seen.join(', '));
}

function faultOfHint(hint: Readonly<Record<string, unknown>>): string | undefined {
  const { retryAfterMs, spreadMs } = hint as { retryAfterMs?: unknown; spreadMs?: unknown };
  for (const [name, value] of Object.entries({ retryAfterMs, spreadMs })) {
    if (value === undefined && name === 'spreadMs') continue;
    if (typeof value !== 'number' || !(value >= 0 && value <= HINT_MS_MAX)) {
      return `${name} is ${JSON.stringify(value)}, and not a number from 0 to ${HINT_MS_MAX}`;
    }
  }
  return undefined;
}

/** A reason is for people unless it begins as JSON does. */
function faultOfReason(reason: string): string | undefined {
  try {
    const hint: unknown = JSON.parse(reason);
    return isObject(hint) ? faultOfHint(hint) : 'it is no object';
  } catch {
    return 'it is cut off, or no JSON';
  }
}

function judgeHints(target: Target): Verdict {
  const endings = target.links.flatMap(({ ending }) => ending ?? []);
  const hints = endings.filter(({ reason }) => reason.startsWith('{'));
  for (const ending of hints) {
    const fault = faultOfReason(ending.reason);
    if (fault) return fail(`${describeEnding(ending)}: ${fault}`);
  }
  return pass(`${endings.length} ends seen, ${hints.length} with a hint`);
}

function faultOfFrame({ text, message }: Frame): string | undefined {
  if (text === 'pong' || text === 'ping') return undefined;
  if (!message) return 'is no JSON object';
  const { type } = message as { type?: unknown };
  if (typeof type !== 'string' || type === '' || Buffer.byteLength(type) > TYPE_BYTES_MAX) {
    return `has no type of 1 to ${TYPE_BYTES_MAX} bytes`;
  }
  return undefined;
}

function judgeFrames(target: Target): Verdict {
  const frames = target.links.flatMap((link) => link.frames);
  for (const frame of frames) {
    const fault = faultOfFrame(frame);
    if (fault) return fail(`${JSON.stringify(frame.text.slice(0, 100))} ${fault}`);
  }
  return pass(`${frames.length} frames seen`);
}

function judgeOrder(target: Target): Verdict {
  let count = 0;
  for (const { frames } of target.links) {
    let last = 0;
    for (const { message } of frames) {
      if (message?.['type'] === 'gap') last = 0;
      const seq = message?.['seq'];
      if (!Number.isSafeInteger(seq) || Number(seq) < 1) continue;
      if (Number(seq) <= last) return fail(`${seq} came after ${last} on one link`);
      last = Number(seq);
      count += 1;
    }
  }
  return count === 0 ? skipped('no event with seq came') : pass(`${count} events with seq seen`);
}

function judgeSecrecy(target: Target): Verdict {
  if (target.secrets.areAllShort) return skipped('the token is too short to be told from a word');
  const said = target.links.flatMap(({ frames, ending }) => [
    ...frames.map(({ text }) => text),
    ending?.reason ?? '',
  ]);
  return said.some((text) => target.secrets.isIn(text))
    ? fail('a frame or a close reason repeats it, and logs and reports keep those')
    : pass('nowhere');
}

async function judgeRestart(target: Target): Promise<Verdict> {
  const { restartCommand = '', timeoutMs } = target.options;
  const link = await target.serve();
  const since = link.frames.length;
  const ended = (ms: number) => link.until(() => link.ending, ms);
  let problem: string | undefined;
  const commanded = runByShell(restartCommand).then(async (why) => {
    problem = why;
    if (why === undefined) await ended(timeoutMs);
  });
  await Promise.race([commanded, ended(RESTART_MS_MAX)]);
  const { ending } = link;
  if (!ending)
    return fail(problem ? `the restart command failed: ${problem}` : 'the link stayed open');
  const goingAway = link.find(since, ({ type }) => type === 'going_away');
  const seen = `${goingAway ? 'going_away, and ' : ''}${describeEnding(ending)}`;
  if (!RESTART.includes(ending.code)) return fail(`${seen}, and not with 1012`);
  const fault = ending.reason === '' ? 'no hint when to come back' : faultOfReason(ending.reason);
  if (fault) return fail(`${seen}: ${fault}`);
  // What is no part of a small protocol is asked of nobody else.
  if (!goingAway && target.facts.connected) return fail(`${seen}, and no going_away before it`);
  return pass(seen);
}

export const closing: readonly Rule[] = [
  {
    id: 'close.echo',
    sentence: 'A close is answered promptly, with the same code.',
    section: 'Close codes',
    rfc: 'RFC 6455, 5.5.1',
    level: 'must',
    needs: ['link'],
    judge: judgeEcho,
  },
  {
    id: 'close.restart',
    sentence: 'A planned restart says `going_away`, and closes with 1012 and a hint.',
    section: 'Close codes',
    level: 'must',
    needs: ['link', 'restart-command'],
    judge: judgeRestart,
  },
  {
    id: 'close.hints',
    sentence: `A close reason that is JSON is a hint: retryAfterMs and spreadMs from 0 to ${HINT_MS_MAX}.`,
    section: 'Close codes',
    level: 'must',
    needs: [],
    judge: async (target) => judgeHints(target),
  },
  {
    id: 'frame.well-formed',
    sentence: 'Every frame of the server is a JSON object with a type of 1 to 64 bytes.',
    section: 'Frames',
    level: 'must',
    needs: ['link', 'connected'],
    judge: async (target) => judgeFrames(target),
  },
  {
    id: 'frame.seq',
    sentence: '`seq` increases on a link, but for what a gap leads to.',
    section: 'Frames',
    level: 'must',
    needs: ['link', 'connected'],
    judge: async (target) => judgeOrder(target),
  },
  {
    id: 'token.unsaid',
    sentence: 'No frame and no close reason repeats a token.',
    section: 'Handshake',
    level: 'must',
    needs: ['token'],
    judge: async (target) => judgeSecrecy(target),
  },
];
