/** The parallel dialler: sessions, each with the lines it dialled at once. Pure. */
import type { KeeplineEvents } from 'keepline/call-centre';
import type { BoardEvent } from './board-events.js';
import { change, putFirst } from './lists.js';

export interface Line {
  readonly lineId: string;
  readonly party: string;
  readonly number: string;
  readonly status:
    | KeeplineEvents['parallel_call_status']['status']
    | KeeplineEvents['parallel_call_ended']['outcome'];
  /** The call that came of it. */
  readonly callId?: string;
  readonly durationSec?: number;
  readonly talkingSinceMs?: number;
  readonly ended: boolean;
  /** The link was down since this was heard: it may have changed unheard. */
  readonly unsure?: boolean;
}

export interface DialSession {
  readonly sessionId: string;
  readonly startedAt: string;
  readonly lines: readonly Line[];
}

/** The one under way and the two before it. */
export const SESSIONS_MAX = 3;
/** A dialler with more lines than this calls more people than it can answer. */
export const LINES_MAX = 12;

export function applyToSessions(
  sessions: readonly DialSession[],
  event: BoardEvent,
): readonly DialSession[] {
  switch (event.type) {
    case 'parallel_call_started':
      return startLine(sessions, event.data);
    case 'parallel_call_status': {
      const { status } = event.data;
      return changeLine(sessions, event.data, (line) => ({ ...line, status, unsure: false }));
    }
    case 'parallel_call_connected': {
      const { callId } = event.data;
      const talkingSinceMs = event.receivedAt;
      return changeLine(sessions, event.data, (line) => ({
        ...line,
        status: 'in-progress',
        callId,
        talkingSinceMs,
        unsure: false,
      }));
    }
    case 'parallel_call_ended': {
      const { outcome, durationSec } = event.data;
      return changeLine(sessions, event.data, (line) => ({
        ...line,
        status: outcome,
        durationSec,
        ended: true,
        unsure: false,
      }));
    }
    default:
      return sessions;
  }
}

export function doubtSessions(sessions: readonly DialSession[]): readonly DialSession[] {
  return change(
    sessions,
    (session) => !isSessionOver(session),
    (session) => ({
      ...session,
      lines: change(
        session.lines,
        ({ ended }) => !ended,
        (line) => ({ ...line, unsure: true }),
      ),
    }),
  );
}

export function isSessionOver({ lines }: DialSession): boolean {
  return lines.every(({ ended }) => ended);
}

function startLine(
  sessions: readonly DialSession[],
  data: KeeplineEvents['parallel_call_started'],
): readonly DialSession[] {
  const { sessionId, lineId, contactName, to, startedAt } = data;
  const line: Line = {
    lineId,
    party: contactName ?? to,
    number: to,
    status: 'queued',
    ended: false,
  };
  const known = sessions.find((session) => session.sessionId === sessionId);
  const others = known?.lines.filter((other) => other.lineId !== lineId) ?? [];
  const session: DialSession = {
    sessionId,
    startedAt: known?.startedAt ?? startedAt,
    lines: [...others, line].slice(-LINES_MAX),
  };
  const isSame = (other: DialSession) => other.sessionId === sessionId;
  return known
    ? change(sessions, isSame, () => session)
    : putFirst(sessions, session, isSame, SESSIONS_MAX);
}

/** A line's id says nothing without its session's. */
function changeLine(
  sessions: readonly DialSession[],
  { sessionId, lineId }: { readonly sessionId: string; readonly lineId: string },
  changed: (line: Line) => Line,
): readonly DialSession[] {
  return change(
    sessions,
    (session) => session.sessionId === sessionId,
    (session) => ({
      ...session,
      lines: change(session.lines, (line) => line.lineId === lineId, changed),
    }),
  );
}
