/** Recordings as they are made, processed and written down. Pure. */
import type { KeeplineEvents } from 'keepline/call-centre';
import type { BoardEvent } from './board-events.js';
import type { Call } from './calls.js';
import { change, given, putFirst } from './lists.js';

export interface Recording {
  readonly recordingId: string;
  readonly callId: string;
  /** Whom the call was with, where the call log still knew. */
  readonly party?: string;
  readonly durationSec: number;
  readonly createdAt: string;
  /** `recorded` until the server says more. */
  readonly status: 'recorded' | KeeplineEvents['recording_update']['status'];
  readonly transcript?: string;
}

/** A shift's worth at a glance; older ones are the archive's business. */
export const RECORDINGS_MAX = 20;

export function applyToRecordings(
  recordings: readonly Recording[],
  event: BoardEvent,
  calls: readonly Call[],
): readonly Recording[] {
  switch (event.type) {
    case 'new_recording': {
      const { recordingId, callId, durationSec, createdAt } = event.data;
      const party = calls.find((call) => call.callId === callId)?.party;
      const recording: Recording = {
        recordingId,
        callId,
        durationSec,
        createdAt,
        status: 'recorded',
        ...(party !== undefined && { party }),
      };
      const isSame = (other: Recording) => other.recordingId === recordingId;
      return putFirst(recordings, recording, isSame, RECORDINGS_MAX);
    }
    case 'recording_update': {
      const { recordingId, status, transcript } = event.data;
      return change(
        recordings,
        (recording) => recording.recordingId === recordingId,
        (recording) => ({ ...recording, ...given({ transcript }), status }),
      );
    }
    default:
      return recordings;
  }
}
