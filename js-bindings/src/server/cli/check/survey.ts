/** The first dial: whether there is anything to check, and what kind of server it is. */
import { CouldNotRun } from '../could-not-run.js';
import { describeEnding, isObject, type Link } from './link.js';
import { type Facts, nothingKnown, type Target } from './target.js';

/** What an HTTP server says to whoever brings no token, or one that it does not like. */
const UNAUTHORISED: readonly number[] = [401, 403];

export async function survey(target: Target): Promise<Facts> {
  const link = target.dial();
  const { timeoutMs, token } = target.options;
  await link.until(() => link.opening, timeoutMs);
  const { opening } = link;
  if (opening?.kind !== 'open') return withoutLink(link, token !== undefined, timeoutMs);
  await link.until(() => link.frames[0], timeoutMs);
  if (link.ending) {
    if (token !== undefined) {
      throw new CouldNotRun(`the server did not take the token: ${describeEnding(link.ending)}`);
    }
    return { ...nothingKnown, noLink: 'it takes a token: --token-file, KEEPLINE_TOKEN or --token' };
  }
  const answersPing = await isPingAnswered(target, link);
  const greeting = link.frames.filter(({ message, text }) => {
    return text !== 'pong' && message?.['type'] !== 'pong';
  });
  const connected = greeting.find(({ message }) => message?.['type'] === 'connected')?.message;
  const data = connected?.['data'];
  return {
    noLink: undefined,
    selects: true,
    greeting,
    connected: connected && (isObject(data) ? data : {}),
    answersPing,
  };
}

function withoutLink(link: Link, hasToken: boolean, timeoutMs: number): Facts {
  const { opening } = link;
  if (opening?.kind === 'failed' && /subprotocol/.test(opening.why)) {
    return { ...nothingKnown, selects: false, noLink: 'no subprotocol is selected' };
  }
  if (opening?.kind === 'failed') throw new CouldNotRun(`no connection: ${opening.why}`);
  if (opening?.kind !== 'refused') {
    throw new CouldNotRun(`the dial was not answered in ${timeoutMs} ms (--timeout)`);
  }
  if (!hasToken && UNAUTHORISED.includes(opening.status)) {
    return { ...nothingKnown, noLink: 'it takes a token: --token-file, KEEPLINE_TOKEN or --token' };
  }
  throw new CouldNotRun(
    `the upgrade was refused with HTTP ${opening.status}: ${
      UNAUTHORISED.includes(opening.status)
        ? 'is the token good, and the origin (--origin) one of those that are allowed?'
        : 'is this the address of the WebSocket?'
    }`,
  );
}

/** Both kinds of ping, so that a server that knows only the protocol's own is not waited for in vain. */
async function isPingAnswered(target: Target, link: Link): Promise<boolean> {
  const { timeoutMs, quietMs } = target.options;
  const id = target.mark();
  const pong = () => link.find(0, (message) => message['type'] === 'pong' && message['id'] === id);
  link.send({ type: 'ping', id });
  link.ping(id);
  await link.until(() => pong() ?? (link.pongHeard === id || undefined), timeoutMs);
  return (await link.until(pong, quietMs)) !== undefined;
}
