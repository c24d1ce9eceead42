/**
 * The call log. A call is one row for its whole life: status, conference and recording change in
 * place.
 */
import { PhoneIncoming, PhoneOutgoing } from 'lucide-react';
import type { Call } from '../desk/desk-state.js';
import { durationOf } from '../desk/summaries.js';
import { Card } from './card.js';
import { StatusBadge } from './status-badge.js';

export function CallList({ calls }: { readonly calls: readonly Call[] }) {
  return (
    <Card title="Calls" testId="calls" aside={calls.length > 0 && `${calls.length} latest`}>
      {calls.length === 0 ? (
        <p className="empty">No calls yet. They appear here as they come in.</p>
      ) : (
        <ul className="rows">
          {calls.map((call) => (
            <CallRow key={call.callId} call={call} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function CallRow({ call }: { readonly call: Call }) {
  const Icon = call.direction === 'inbound' ? PhoneIncoming : PhoneOutgoing;
  const details = [
    call.disposition,
    call.participants.length > 0 && `conference of ${call.participants.length}`,
    call.recording && `recording ${call.recording}`,
  ].filter(Boolean);
  return (
    <li className="row" data-testid="call" data-call-id={call.callId} data-status={call.status}>
      <Icon size={18} className="row-icon" aria-label={call.direction} />
      <div className="row-main">
        <span className="row-title">{call.party}</span>
        <span className="row-detail">{[call.number, ...details].join(' · ')}</span>
      </div>
      <span className="row-figure">{durationOf(call.durationSec)}</span>
      <StatusBadge status={call.status} />
    </li>
  );
}
