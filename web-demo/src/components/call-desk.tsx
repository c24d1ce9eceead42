/** The desk of one person: what comes in on the left, the wire it comes over on the right. */
import { useDesk } from '../desk/use-desk.js';
import { CallList } from './call-list.js';
import { ConnectionCard } from './connection-card.js';
import { Dialler } from './dialler.js';
import { EventLog } from './event-log.js';
import { ImportProgress } from './import-progress.js';
import { NetworkPanel } from './network-panel.js';

export function CallDesk({ userId }: { readonly userId: string }) {
  const desk = useDesk();
  return (
    <main className="desk" data-testid="desk">
      <h1 className="visually-hidden">Call desk</h1>
      <div className="column">
        <CallList calls={desk.calls} />
        <Dialler lines={desk.lines} />
        <ImportProgress />
      </div>
      <div className="column">
        <NetworkPanel userId={userId} />
        <ConnectionCard />
        <EventLog log={desk.log} counts={desk.counts} heard={desk.heard} />
      </div>
    </main>
  );
}
