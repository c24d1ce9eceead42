/** The parallel dialler: each session with the lines that it dialled at once. */
import { Layers } from 'lucide-react';
import { memo } from 'react';
import { type DialSession, isSessionOver, type Line } from '../../boards/dialler.js';
import { durationOf } from '../desk/summaries.js';
import { Card, Empty } from './card.js';
import { RunningTime } from './running-time.js';
import { StatusBadge } from './status-badge.js';
import { Unsure } from './unsure.js';

export interface DiallerProps {
  readonly sessions: readonly DialSession[];
}

export const Dialler = memo(function Dialler({ sessions }: DiallerProps) {
  const running = sessions.filter((session) => !isSessionOver(session)).length;
  return (
    <Card
      title="Parallel dialler"
      testId="dialler"
      aside={sessions.length > 0 && (running > 0 ? `${running} dialling` : 'between sessions')}
    >
      {sessions.length === 0 ? (
        <Empty icon={<Layers size={22} aria-hidden="true" />}>
          No session yet. One dials three people at once and keeps whoever answers first.
        </Empty>
      ) : (
        <ol className="sessions" aria-label="Dialler sessions, newest first">
          {sessions.map((session) => (
            <Session key={session.sessionId} session={session} />
          ))}
        </ol>
      )}
    </Card>
  );
});

const Session = memo(function Session({ session }: { readonly session: DialSession }) {
  const { sessionId, lines } = session;
  const over = isSessionOver(session);
  const answered = lines.filter(({ callId }) => callId !== undefined).length;
  return (
    <li className="session" data-testid="dial-session" data-session-id={sessionId} data-over={over}>
      <p className="session-head">
        <span>{sessionId}</span>
        <span>
          {lines.length} {lines.length === 1 ? 'line' : 'lines'}, {answered} answered
          {over ? '' : ', dialling'}
        </span>
      </p>
      <ul className="lines" aria-label={`Lines of ${sessionId}`}>
        {lines.map((line) => (
          <LineTile key={line.lineId} line={line} />
        ))}
      </ul>
    </li>
  );
});

function LineTile({ line }: { readonly line: Line }) {
  const { status, talkingSinceMs, durationSec = 0 } = line;
  const talking = status === 'in-progress' && talkingSinceMs !== undefined && !line.unsure;
  return (
    <li
      className="line"
      data-testid="line"
      data-line-id={line.lineId}
      data-status={status}
      data-live={!line.ended}
    >
      <span className="row-title">{line.party}</span>
      <span className="line-state">
        <StatusBadge status={status} />
        <span className="row-figure">
          {talking && <RunningTime sinceMs={talkingSinceMs} />}
          {line.ended && durationSec > 0 && durationOf(durationSec)}
        </span>
      </span>
      {line.unsure && <Unsure testId="line-unsure" />}
    </li>
  );
}
