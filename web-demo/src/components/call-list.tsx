/**
 * The call log. A call is one row for its whole life: status, duration, agent and disposition change
 * in place.
 */
import { Phone, PhoneIncoming, PhoneOutgoing } from 'lucide-react';
import { memo } from 'react';
import { type Call, isUnderWay } from '../../boards/calls.js';
import { durationOf } from '../desk/summaries.js';
import { clockTime } from '../desk/times.js';
import { Card, Empty } from './card.js';
import { RunningTime } from './running-time.js';
import { StatusBadge } from './status-badge.js';
import { Unsure } from './unsure.js';

export interface CallListProps {
  readonly calls: readonly Call[];
  /** Who we are, in the calls' own words. */
  readonly userId: string | null;
}

export const CallList = memo(function CallList({ calls, userId }: CallListProps) {
  const live = calls.filter(({ status }) => isUnderWay(status)).length;
  return (
    <Card
      title="Calls"
      testId="calls"
      aside={calls.length > 0 && `${live} under way, ${calls.length} latest`}
    >
      {calls.length === 0 ? (
        <Empty icon={<Phone size={22} aria-hidden="true" />}>
          No calls yet. Invented ones appear here as they come in, and change in place.
        </Empty>
      ) : (
        <ul
          className="rows scrolls calls"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label="Call log, newest first"
        >
          {calls.map((call) => (
            <CallRow key={call.callId} call={call} isMine={call.agentId === userId} />
          ))}
        </ul>
      )}
    </Card>
  );
});

interface CallRowProps {
  readonly call: Call;
  readonly isMine: boolean;
}

const CallRow = memo(function CallRow({ call, isMine }: CallRowProps) {
  const Icon = call.direction === 'inbound' ? PhoneIncoming : PhoneOutgoing;
  const agent = call.agentId && (isMine ? 'with you' : `with ${call.agentId}`);
  const details = [call.number, agent, call.disposition].filter(Boolean).join(' · ');
  return (
    <li className="row" data-testid="call" data-call-id={call.callId} data-status={call.status}>
      <Icon size={18} className="row-icon" aria-label={call.direction} />
      <div className="row-main">
        <span className="row-title">{call.party}</span>
        <span className="row-detail">{details}</span>
        {call.unsure && <Unsure testId="call-unsure" />}
      </div>
      <div className="row-end">
        <StatusBadge status={call.status} />
        <span className="row-figure" data-testid="call-duration">
          <Duration call={call} />
        </span>
      </div>
    </li>
  );
});

function Duration({ call }: { readonly call: Call }) {
  const { status, talkingSinceMs, durationSec, startedAt, unsure } = call;
  if (status === 'in-progress' && talkingSinceMs !== undefined && !unsure) {
    return <RunningTime sinceMs={talkingSinceMs} />;
  }
  return durationOf(durationSec) ?? clockTime(Date.parse(startedAt));
}
