/** Recordings: whom of, how long, how far they are processed, and what was said. */
import { AudioLines } from 'lucide-react';
import { memo } from 'react';
import type { Recording } from '../../boards/recordings.js';
import { durationOf } from '../desk/summaries.js';
import { Card, Empty } from './card.js';
import { StatusBadge } from './status-badge.js';

export interface RecordingListProps {
  readonly recordings: readonly Recording[];
}

export const RecordingList = memo(function RecordingList({ recordings }: RecordingListProps) {
  return (
    <Card
      title="Recordings"
      testId="recordings"
      aside={recordings.length > 0 && 'nothing to play: no call was real'}
    >
      {recordings.length === 0 ? (
        <Empty icon={<AudioLines size={22} aria-hidden="true" />}>
          No recordings yet. One follows each call that is answered, its transcript a little later.
        </Empty>
      ) : (
        <ul
          className="rows scrolls recordings"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label="Recordings, newest first"
        >
          {recordings.map((recording) => (
            <RecordingRow key={recording.recordingId} recording={recording} />
          ))}
        </ul>
      )}
    </Card>
  );
});

const RecordingRow = memo(function RecordingRow({ recording }: { recording: Recording }) {
  const { recordingId, callId, party, durationSec, status, transcript } = recording;
  return (
    <li className="row" data-testid="recording" data-recording-id={recordingId}>
      <AudioLines size={18} className="row-icon" aria-hidden="true" />
      <div className="row-main">
        <span className="row-title">{party ?? callId}</span>
        {transcript ? (
          <q className="transcript" data-testid="transcript">
            {transcript}
          </q>
        ) : (
          <span className="row-detail">{callId}, no transcript yet</span>
        )}
      </div>
      <div className="row-end">
        <StatusBadge status={status} />
        <span className="row-figure">{durationOf(durationSec)}</span>
      </div>
    </li>
  );
});
