// Generated from wasm/core/catalogue.cpp: change it there.
//
// The known events and their payloads. A payload may have members beyond these.

export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled';

export type CallDirection = 'inbound' | 'outbound';

export type RecordingStatus = 'processing' | 'completed' | 'failed' | 'deleted';

export type CallOutcome = 'answered' | 'voicemail' | 'no-answer' | 'busy' | 'failed' | 'canceled';

/** The link is up: who it belongs to and what the server can do. */
export interface Connected {
  /** The server's id for this connection. */
  readonly connectionId: string;
  /** Whom the token names. */
  readonly userId: string;
  /** Whose data this user sees. */
  readonly tenantId: string;
  /** The server's clock when it sent this. RFC 3339 with `Z`. */
  readonly serverTime: string;
  /** Milliseconds between pings that the server asks for. */
  readonly heartbeatMs?: number;
  /** Milliseconds until the token expires. */
  readonly tokenExpiresInMs?: number;
  /** What the server can do: subscribe, reauth. */
  readonly features?: readonly string[];
}

/** A call has begun. */
export interface NewCall {
  /** The call's id. */
  readonly callId: string;
  /** Who called whom, seen from the call centre. */
  readonly direction: CallDirection;
  /** Caller, E.164 where there is such a number. */
  readonly from: string;
  /** Callee, E.164 where there is such a number. */
  readonly to: string;
  /** Where the call stands. */
  readonly status: CallStatus;
  /** The known contact's id. */
  readonly contactId?: string;
  /** The known contact's name. */
  readonly contactName?: string;
  /** The agent that the call is for. */
  readonly agentId?: string;
  /** When the call began. RFC 3339 with `Z`. */
  readonly startedAt: string;
}

/** A call has changed. */
export interface CallUpdate {
  /** The call's id. */
  readonly callId: string;
  /** Where the call stands. */
  readonly status: CallStatus;
  /** Whole seconds so far, or in all once the call has ended. */
  readonly durationSec?: number;
  /** When the call ended. RFC 3339 with `Z`. */
  readonly endedAt?: string;
  /** The agent who has the call. */
  readonly agentId?: string;
  /** How the agent classed the call. */
  readonly disposition?: string;
}

/** A recording can be listened to. */
export interface NewRecording {
  /** The recording's id. */
  readonly recordingId: string;
  /** The recorded call's id. */
  readonly callId: string;
  /** Whole seconds. */
  readonly durationSec: number;
  /** Where the recording can be fetched. An absolute http(s) URL. */
  readonly url: string;
  /** When the recording was made. RFC 3339 with `Z`. */
  readonly createdAt: string;
}

/** A recording has changed. */
export interface RecordingUpdate {
  /** The recording's id. */
  readonly recordingId: string;
  /** Where the recording stands. */
  readonly status: RecordingStatus;
  /** Where the recording can be fetched. An absolute http(s) URL. */
  readonly url?: string;
  /** What was said. */
  readonly transcript?: string;
}

/** The parallel dialler has called a contact. */
export interface ParallelCallStarted {
  /** The parallel dialling session's id. */
  readonly sessionId: string;
  /** The line's id within its session. */
  readonly lineId: string;
  /** The contact being called. */
  readonly contactId: string;
  /** The contact's name. */
  readonly contactName?: string;
  /** Callee, E.164 where there is such a number. */
  readonly to: string;
  /** When the line began to dial. RFC 3339 with `Z`. */
  readonly startedAt: string;
}

/** A line of the parallel dialler has changed. */
export interface ParallelCallStatus {
  /** The parallel dialling session's id. */
  readonly sessionId: string;
  /** The line's id within its session. */
  readonly lineId: string;
  /** Where the call stands. */
  readonly status: CallStatus;
}

/** A contact has answered on a line. */
export interface ParallelCallConnected {
  /** The parallel dialling session's id. */
  readonly sessionId: string;
  /** The line's id within its session. */
  readonly lineId: string;
  /** The call that was answered. */
  readonly callId: string;
  /** The contact who answered. */
  readonly contactId: string;
  /** When the contact answered. RFC 3339 with `Z`. */
  readonly connectedAt: string;
}

/** A line of the parallel dialler is free again. */
export interface ParallelCallEnded {
  /** The parallel dialling session's id. */
  readonly sessionId: string;
  /** The line's id within its session. */
  readonly lineId: string;
  /** How the line ended. */
  readonly outcome: CallOutcome;
  /** Whole seconds; 0 where nobody answered. */
  readonly durationSec: number;
}

/** A call has become a conference. */
export interface ConferenceReady {
  /** The conference's id. */
  readonly conferenceId: string;
  /** The call that became a conference. */
  readonly callId: string;
  /** Ids of those in it. */
  readonly participants: readonly string[];
}

/** How far an import is. A state: only the newest of each import matters. */
export interface ImportProgress {
  /** The import's id. */
  readonly importId: string;
  /** Rows read so far. */
  readonly processed: number;
  /** Rows in all. */
  readonly total: number;
  /** Rows imported so far. */
  readonly succeeded: number;
  /** Rows refused so far. */
  readonly failed: number;
}

/** An import is done. */
export interface ImportComplete {
  /** The import's id. */
  readonly importId: string;
  /** Rows in all. */
  readonly total: number;
  /** Rows imported. */
  readonly succeeded: number;
  /** Rows refused. */
  readonly failed: number;
  /** Milliseconds that the import took. */
  readonly durationMs: number;
}

/** An import, or one row of it, has failed. */
export interface ImportError {
  /** The import's id. */
  readonly importId: string;
  /** What went wrong, for a person. */
  readonly message: string;
  /** The row it is about. */
  readonly row?: number;
  /** What went wrong, for a program. */
  readonly code?: string;
}

/** Known event types and what each carries. */
export interface KeeplineEvents {
  readonly connected: Connected;
  readonly new_call: NewCall;
  readonly call_update: CallUpdate;
  readonly new_recording: NewRecording;
  readonly recording_update: RecordingUpdate;
  readonly parallel_call_started: ParallelCallStarted;
  readonly parallel_call_status: ParallelCallStatus;
  readonly parallel_call_connected: ParallelCallConnected;
  readonly parallel_call_ended: ParallelCallEnded;
  readonly 'conference-ready': ConferenceReady;
  readonly import_progress: ImportProgress;
  readonly import_complete: ImportComplete;
  readonly import_error: ImportError;
}

export const eventTypes = [
  'connected',
  'new_call',
  'call_update',
  'new_recording',
  'recording_update',
  'parallel_call_started',
  'parallel_call_status',
  'parallel_call_connected',
  'parallel_call_ended',
  'conference-ready',
  'import_progress',
  'import_complete',
  'import_error',
] as const satisfies readonly (keyof KeeplineEvents)[];

/**
 * Events that are a state: only the newest per this member of the payload matters, and a consumer
 * may drop the older ones.
 */
export const stateKeys = {
  import_progress: 'importId',
} as const satisfies {
  readonly [Type in keyof KeeplineEvents]?: keyof KeeplineEvents[Type] & string;
};
