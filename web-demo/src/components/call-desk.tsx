/**
 * The desk of one person: calls first, what surrounds them beside, the link that all of it comes over,
 * and what breaks that.
 */
import { useDesk } from '../desk/use-desk.js';
import type { GetToken } from '../http.js';
import { ImportCard } from '../imports/import-card.js';
import { FleetPanel } from '../network/fleet-panel.js';
import { NetworkPanel } from '../network/network-panel.js';
import type { FleetConfig } from '../session/config.js';
import type { ConnectionHistory } from '../timeline/connection-history.js';
import { TimelineCard } from '../timeline/timeline-card.js';
import { CallList } from './call-list.js';
import { ConferenceList } from './conference-list.js';
import { Dialler } from './dialler.js';
import { EventLog } from './event-log.js';
import { NoteCard } from './note-card.js';
import { RecordingList } from './recording-list.js';

export interface CallDeskProps {
  readonly userId: string;
  readonly getToken: GetToken;
  readonly history: ConnectionHistory;
  readonly networkPanel: boolean;
  readonly fleet: FleetConfig | null;
}

/** Where the skip link leads. */
export const DESK_ID = 'desk';

export function CallDesk(props: CallDeskProps) {
  const { userId, getToken, history, networkPanel, fleet } = props;
  const { boards, heard, change } = useDesk(getToken);
  const { calls, conferences, sessions, recordings, notes } = boards;
  return (
    <main className="desk" id={DESK_ID} tabIndex={-1} data-testid="desk">
      <div className="column column-calls">
        <CallList calls={calls} userId={heard.userId} />
        <ConferenceList conferences={conferences} userId={heard.userId} />
        <Dialler sessions={sessions} />
      </div>
      <div className="column column-link">
        <TimelineCard history={history} />
        <EventLog log={heard.log} />
      </div>
      <div className="column column-work">
        <ImportCard imports={heard.imports} change={change} getToken={getToken} />
        <NoteCard notes={notes} />
        <RecordingList recordings={recordings} />
      </div>
      {fleet && (
        <div className="column column-wire">
          <FleetPanel userId={userId} hasRedis={fleet.redis} />
        </div>
      )}
      {networkPanel && (
        <div className="column column-wire">
          <NetworkPanel userId={userId} />
        </div>
      )}
    </main>
  );
}
