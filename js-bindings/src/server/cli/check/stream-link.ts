/** What links of a server that keeps a log are told about their place in it. */
import { CouldNotRun } from '../could-not-run.js';
import { type Frame, isObject, type Link } from './link.js';
import { runByShell } from './shell.js';
import type { Target } from './target.js';

type Message = Readonly<Record<string, unknown>>;

export interface Place {
  readonly epoch: string;
  readonly seq: number;
}

/** Null for what is no position. */
export function readPlace(text: unknown): Place | null {
  const [, epoch, digits] =
    (typeof text === 'string' && /^([A-Za-z0-9_-]{1,16})\.(0|[1-9]\d{0,15})$/.exec(text)) || [];
  const seq = Number(digits);
  return epoch !== undefined && Number.isSafeInteger(seq) ? { epoch, seq } : null;
}

export const dataOf = (message: Message | undefined): Message => {
  const data = message?.['data'];
  return isObject(data) ? data : {};
};

export const isEvent = ({ message }: Frame): boolean => {
  const seq = message?.['seq'];
  return Number.isSafeInteger(seq) && Number(seq) >= 1;
};

const isVerdict = ({ message }: Frame): boolean =>
  message?.['type'] === 'resumed' || message?.['type'] === 'gap';

/** Where its verdict stands among its frames; -1 where none has come. */
export const verdictAt = ({ frames }: Link): number => frames.findIndex(isVerdict);

export const verdictOf = (link: Link): Message | undefined => link.frames.find(isVerdict)?.message;

/** Where the stream was when this link was greeted. */
export const greetedAt = (link: Link): unknown =>
  dataOf(link.find(0, ({ type }) => type === 'connected'))['position'];

export const positionIn = (link: Link): Message | undefined =>
  link.find(0, ({ type }) => type === 'position');

/** A link that has said where it stands, and has been answered, or has ended, or was waited for in vain. */
export async function ask(target: Target, fromOf: (link: Link) => unknown): Promise<Link> {
  const link = await target.serve();
  link.resume(fromOf(link));
  await link.until(() => verdictOf(link) ?? link.ending, target.options.timeoutMs);
  return link;
}

/** Until what it missed has come. */
export async function caughtUp(target: Target, link: Link): Promise<void> {
  await link.until(() => positionIn(link) ?? link.ending, target.options.timeoutMs);
}

/** All that have asked so far; where there is none, one that asks now. */
export async function linksThatAsked(target: Target): Promise<readonly Link[]> {
  const asked = () => target.links.filter(({ askedFrom }) => askedFrom !== undefined);
  if (asked().length === 0) await caughtUp(target, await ask(target, () => null));
  return asked();
}

export async function publish({ options }: Target): Promise<void> {
  const problem = await runByShell(options.publishCommand ?? '');
  if (problem !== undefined) throw new CouldNotRun(`the publish command failed: ${problem}`);
}
