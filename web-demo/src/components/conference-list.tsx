/** Conferences: who is in the one under way, and who was in those before. */
import { Users } from 'lucide-react';
import { memo } from 'react';
import type { Conference } from '../../boards/conferences.js';
import { Card, Empty } from './card.js';
import { RunningTime } from './running-time.js';
import { Unsure } from './unsure.js';

export interface ConferenceListProps {
  readonly conferences: readonly Conference[];
  readonly userId: string | null;
}

export const ConferenceList = memo(function ConferenceList(props: ConferenceListProps) {
  const { conferences, userId } = props;
  const live = conferences.filter(({ over }) => !over).length;
  return (
    <Card
      title="Conference"
      testId="conferences"
      aside={conferences.length > 0 && (live > 0 ? `${live} under way` : 'none under way')}
    >
      {conferences.length === 0 ? (
        <Empty icon={<Users size={22} aria-hidden="true" />}>
          No conference yet. A call becomes one when a supervisor joins.
        </Empty>
      ) : (
        <ul className="rows">
          {conferences.map((conference) => (
            <ConferenceRow key={conference.conferenceId} conference={conference} userId={userId} />
          ))}
        </ul>
      )}
    </Card>
  );
});

interface ConferenceRowProps {
  readonly conference: Conference;
  readonly userId: string | null;
}

function ConferenceRow({ conference, userId }: ConferenceRowProps) {
  const { conferenceId, callId, party, participants, over, readySinceMs, unsure } = conference;
  return (
    <li
      className="row conference"
      data-testid="conference"
      data-conference-id={conferenceId}
      data-over={over}
    >
      <div className="row-main">
        <span className="row-title">{party ?? callId}</span>
        <ul className="people" aria-label={`Participants of ${conferenceId}`}>
          {participants.map((participant) => (
            <li key={participant} className="tag" data-testid="participant">
              {participant === userId ? 'You' : participant}
            </li>
          ))}
        </ul>
        {unsure && <Unsure testId="conference-unsure" />}
      </div>
      <div className="row-end">
        <span className="badge" data-tone={over ? 'neutral' : 'active'}>
          {over ? 'over' : 'under way'}
        </span>
        <span className="row-figure">
          {!over && !unsure && <RunningTime sinceMs={readySinceMs} />}
        </span>
      </div>
    </li>
  );
}
