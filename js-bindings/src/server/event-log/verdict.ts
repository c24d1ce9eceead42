// What a reader that comes back is told: all of it follows, or which stretch is missing. Pure.
import { readPosition, type StreamState, writePosition } from './event-log.js';

export type GapReason =
  | 'trimmed'
  | 'too_many'
  | 'epoch'
  | 'ahead'
  | 'invalid'
  | 'slow'
  | 'unavailable';

export type Verdict =
  | { readonly kind: 'resumed'; readonly from: number }
  | { readonly kind: 'gap'; readonly from: string | null; readonly reason: GapReason };

/** What is to be replayed at most; more is fetched faster. */
export const replayMax = { events: 1000, bytes: 1024 * 1024 } as const;

/** Longer is echoed by nobody. */
const positionCharactersMax = 33;

/**
 * `asked`: as the client wrote it, null for where its link began (`began`). `measure` says how much of what
 * follows a seq this reader would be sent; it is asked only where the log still has all of it.
 */
export function verdictOn(
  asked: unknown,
  { epoch, head, floor }: StreamState,
  began: string,
  measure: (after: number) => { readonly events: number; readonly bytes: number },
): Verdict {
  const text = asked === null ? began : asked;
  const position = readPosition(text);
  const isShort = typeof text === 'string' && text.length <= positionCharactersMax;
  const from = isShort ? text : null;
  const gap = (reason: GapReason): Verdict => ({ kind: 'gap', from, reason });
  if (!position) return gap('invalid');
  if (position.epoch !== epoch) return gap('epoch');
  if (position.seq > head) return gap('ahead');
  if (position.seq + 1 < floor) return gap('trimmed');
  const { events, bytes } = measure(position.seq);
  if (events > replayMax.events || bytes > replayMax.bytes) return gap('too_many');
  return { kind: 'resumed', from: position.seq };
}

export const positionOf = ({ epoch }: StreamState, seq: number): string =>
  writePosition({ epoch, seq });
