/**
 * What a document must look like to be a board's, for whoever got it from elsewhere. The compiler asks
 * for a check of each member.
 */
import type {
  CallOutcome,
  CallStatus,
  KeeplineEvents,
  RecordingStatus,
} from 'keepline/call-centre';
import type { BoardEvent } from './board-events.js';
import type { Call } from './calls.js';
import type { Conference } from './conferences.js';
import type { DialSession, Line } from './dialler.js';
import type { Recording } from './recordings.js';

type Check = (value: unknown) => boolean;
type Checks<Shape> = { readonly [Member in keyof Shape]-?: Check };

const text: Check = (value) => typeof value === 'string';
const figure: Check = (value) => Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
/** A record, so that the compiler asks for every word that there is. */
const wordOf = <Word extends string>(words: Readonly<Record<Word, true>>): Check => {
  const known = new Set<unknown>(Object.keys(words));
  return (value) => known.has(value);
};
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

function shapeOf<Shape>(checks: Checks<Shape>): (value: unknown) => value is Shape {
  const members = Object.entries<Check>(checks);
  return (value): value is Shape => {
    if (typeof value !== 'object' || value === null) return false;
    const given: Readonly<Record<string, unknown>> = { ...value };
    return members.every(([name, check]) => check(given[name]));
  };
}

const callStatuses: Readonly<Record<CallStatus, true>> = {
  queued: true,
  ringing: true,
  'in-progress': true,
  completed: true,
  busy: true,
  'no-answer': true,
  failed: true,
  canceled: true,
};
const outcomes: Readonly<Record<CallOutcome, true>> = {
  answered: true,
  voicemail: true,
  'no-answer': true,
  busy: true,
  failed: true,
  canceled: true,
};
const recordingStatuses: Readonly<Record<RecordingStatus, true>> = {
  processing: true,
  completed: true,
  failed: true,
  deleted: true,
};
const callStatus = wordOf(callStatuses);
const recordingStatus = wordOf(recordingStatuses);
const direction = wordOf({ inbound: true, outbound: true });

export const isCall = shapeOf<Call>({
  callId: text,
  direction,
  party: text,
  number: text,
  status: callStatus,
  startedAt: text,
  agentId: optional(text),
  disposition: optional(text),
  durationSec: optional(figure),
  talkingSinceMs: optional(figure),
  unsure: optional(flag),
});

export const isRecording = shapeOf<Recording>({
  recordingId: text,
  callId: text,
  party: optional(text),
  durationSec: figure,
  createdAt: text,
  status: wordOf<Recording['status']>({ recorded: true, ...recordingStatuses }),
  transcript: optional(text),
});

const isLine = shapeOf<Line>({
  lineId: text,
  party: text,
  number: text,
  status: wordOf<Line['status']>({ ...callStatuses, ...outcomes }),
  callId: optional(text),
  durationSec: optional(figure),
  talkingSinceMs: optional(figure),
  ended: flag,
  unsure: optional(flag),
});

export const isSession = shapeOf<DialSession>({
  sessionId: text,
  startedAt: text,
  lines: listOf(isLine),
});

export const isConference = shapeOf<Conference>({
  conferenceId: text,
  callId: text,
  party: optional(text),
  participants: listOf(text),
  readySinceMs: figure,
  over: flag,
  unsure: optional(flag),
});

/** What boards change by; of the other events they take nothing. */
const payloads: Readonly<Partial<Record<keyof KeeplineEvents, Check>>> = {
  new_call: shapeOf<KeeplineEvents['new_call']>({
    callId: text,
    direction,
    from: text,
    to: text,
    status: callStatus,
    contactId: optional(text),
    contactName: optional(text),
    agentId: optional(text),
    startedAt: text,
  }),
  call_update: shapeOf<KeeplineEvents['call_update']>({
    callId: text,
    status: callStatus,
    durationSec: optional(figure),
    endedAt: optional(text),
    agentId: optional(text),
    disposition: optional(text),
  }),
  new_recording: shapeOf<KeeplineEvents['new_recording']>({
    recordingId: text,
    callId: text,
    durationSec: figure,
    url: text,
    createdAt: text,
  }),
  recording_update: shapeOf<KeeplineEvents['recording_update']>({
    recordingId: text,
    status: recordingStatus,
    url: optional(text),
    transcript: optional(text),
  }),
  parallel_call_started: shapeOf<KeeplineEvents['parallel_call_started']>({
    sessionId: text,
    lineId: text,
    contactId: text,
    contactName: optional(text),
    to: text,
    startedAt: text,
  }),
  parallel_call_status: shapeOf<KeeplineEvents['parallel_call_status']>({
    sessionId: text,
    lineId: text,
    status: callStatus,
  }),
  parallel_call_connected: shapeOf<KeeplineEvents['parallel_call_connected']>({
    sessionId: text,
    lineId: text,
    callId: text,
    contactId: text,
    connectedAt: text,
  }),
  parallel_call_ended: shapeOf<KeeplineEvents['parallel_call_ended']>({
    sessionId: text,
    lineId: text,
    outcome: wordOf(outcomes),
    durationSec: figure,
  }),
  'conference-ready': shapeOf<KeeplineEvents['conference-ready']>({
    conferenceId: text,
    callId: text,
    participants: listOf(text),
  }),
};

/** Whether boards take this event, and can. */
export function isBoardEvent(event: {
  readonly type: string;
  readonly data: unknown;
  readonly receivedAt: number;
}): event is BoardEvent {
  const known: Readonly<Record<string, Check | undefined>> = payloads;
  return Object.hasOwn(known, event.type) && known[event.type]?.(event.data) === true;
}
