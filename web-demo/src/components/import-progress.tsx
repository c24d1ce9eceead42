/**
 * The contact import under way. Progress is a state, not a fact: only the newest matters, so only
 * the newest is asked for.
 */
import { useLatestEvent } from 'keepline/react';
import { Card } from './card.js';

export function ImportProgress() {
  const progress = useLatestEvent('import_progress')?.data;
  const complete = useLatestEvent('import_complete')?.data;
  const error = useLatestEvent('import_error')?.data;
  if (!progress) {
    return (
      <Card title="Contact import" testId="import">
        <p className="empty">No import is running.</p>
      </Card>
    );
  }
  const done = complete?.importId === progress.importId;
  return (
    <Card title="Contact import" testId="import" aside={progress.importId}>
      <progress
        className="progress"
        max={progress.total}
        value={progress.processed}
        aria-label={`${progress.importId}: ${progress.processed} of ${progress.total} rows`}
      />
      <p className="figures">
        <span>
          {progress.processed} of {progress.total} rows
        </span>
        <span>{progress.failed} refused</span>
        <span>{done ? 'complete' : 'running'}</span>
      </p>
      {error?.importId === progress.importId && (
        <p className="row-detail">
          {error.row !== undefined && `Row ${error.row}: `}
          {error.message}
        </p>
      )}
    </Card>
  );
}
