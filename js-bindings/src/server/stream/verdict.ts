// What a reader that comes back is told: all of it follows, or which stretch is missing. Pure.
import { readPosition, type StreamState, writePosition } from '../event-log/event-log.js';

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

/** Longer is echoed by nobody. */
const positionCharactersMax = 33;

/** A position as its asker gets it back; null for what is none, or endless. */
export const shown = (asked: unknown): string | null =>
  typeof asked === 'string' && asked.length <= positionCharactersMax ? asked : null;

/**
 * `asked`: as the client wrote it, null for where its link began (`began`). `fits` says whether what
 * follows a seq is little enough to be sent again; it is asked only where the log still has all of it.
 */
export function verdictOn(
  asked: unknown,
  { epoch, head, floor }: StreamState,
  began: string | null,
  fits: (after: number) => boolean,
): Verdict {
  const text = asked === null ? began : asked;
  const position = readPosition(text);
  const from = shown(text);
  const gap = (reason: GapReason): Verdict => ({ kind: 'gap', from, reason });
  if (!position) return gap('invalid');
  if (position.epoch !== epoch) return gap('epoch');
  if (position.seq > head) return gap('ahead');
  if (position.seq + 1 < floor) return gap('trimmed');
  if (!fits(position.seq)) return gap('too_many');
  return { kind: 'resumed', from: position.seq };
}

export const positionOf = ({ epoch }: StreamState, seq: number): string =>
  writePosition({ epoch, seq });
