/** The parallel dialler: the lines of the session under way. */
import type { Line } from '../desk/desk-state.js';
import { Card } from './card.js';
import { StatusBadge } from './status-badge.js';

export function Dialler({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <Card title="Parallel dialler" testId="dialler" aside={lines[0]?.sessionId}>
      {lines.length === 0 ? (
        <p className="empty">No session is running.</p>
      ) : (
        <ul className="lines">
          {lines.map((line) => (
            <li key={line.lineId} className="line" data-testid="line" data-status={line.status}>
              <span className="row-title">{line.party}</span>
              <StatusBadge status={line.status} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
