/**
 * The desk of one person: calls first, what surrounds them beside, the link that all of it comes over,
 * and what breaks that.
 */
import { useDesk } from '../desk/use-desk.js';
import type { GetToken } from '../http.js';
import { ImportCard } from '../imports/import-card.js';
import { NetworkPanel } from '../network/network-panel.js';
import type { ConnectionHistory } from '../timeline/connection-history.js';
import { TimelineCard } from '../timeline/timeline-card.js';
import { CallList } from './call-list.js';
import { ConferenceList } from './conference-list.js';
import { Dialler } from './dialler.js';
import { EventLog } from './event-log.js';
import { RecordingList } from './recording-list.js';

export interface CallDeskProps {
  readonly userId: string;
  readonly getToken: GetToken;
  readonly history: ConnectionHistory;
  readonly networkPanel: boolean;
}

/** Where the skip link leads. */
export const DESK_ID = 'desk';

export function CallDesk({ userId, getToken, history, networkPanel }: CallDeskProps) {
  const { desk, change } = useDesk(getToken);
  const { calls, conferences, sessions, recordings } = desk.boards;
  return (
    <main className="desk" id={DESK_ID} tabIndex={-1} data-testid="desk">
      <div className="column column-calls">
        <CallList calls={calls} userId={desk.userId} />
        <ConferenceList conferences={conferences} userId={desk.userId} />
        <Dialler sessions={sessions} />
      </div>
      <div className="column column-link">
        <TimelineCard history={history} />
        <EventLog log={desk.log} />
      </div>
      <div className="column column-work">
        <ImportCard imports={desk.imports} change={change} getToken={getToken} />
        <RecordingList recordings={recordings} />
      </div>
      {networkPanel && (
        <div className="column column-wire">
          <NetworkPanel userId={userId} />
        </div>
      )}
    </main>
  );
}
