// A message is done once on all nodes of a log: by whichever claims it first. The others wait for what comes of it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Done } from './acks.js';
import type { Answers, MessageKey } from './event-log/answers.js';

/** A claim outlives the patience for its handler, by what it takes to say how that ended. */
const claimGraceMs = 5000;
/** How often a node that works on it is asked. */
const pollMs = 100;

export interface OnceOptions {
  readonly patienceMs: number;
  /** For how long its result is known. */
  readonly keepMs: number;
  /** Aborted when the patience is over, or all is done. */
  readonly signal: AbortSignal;
}

/** Rejects where nobody can say whether it was done: then it is not done here either. */
export async function doOnce(
  answers: Answers,
  key: MessageKey,
  { patienceMs, keepMs, signal }: OnceOptions,
  handle: () => Promise<Done>,
): Promise<Done> {
  for (;;) {
    const answer = await answers.claim(key, patienceMs + claimGraceMs);
    if (answer === null) break;
    if (answer !== 'working') return { json: answer.json, isRepeat: true };
    await sleep(pollMs, undefined, { signal });
  }
  // What the log cannot be told is known to this node at least.
  const abandon = () => void answers.keep(key, 'working', keepMs).catch(() => undefined);
  signal.addEventListener('abort', abandon);
  try {
    const done = await handle();
    signal.removeEventListener('abort', abandon);
    await answers.keep(key, done, keepMs).catch(() => undefined);
    return done;
  } catch (reason) {
    await answers.release(key).catch(() => undefined);
    throw reason;
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}
