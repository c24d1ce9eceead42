/**
 * What the desk shows, made from events alone: calls and dialler lines that change in place, the
 * log, and how often each type was heard. Pure: events in, a new state out. Every list has a bound.
 */
import type { KeeplineEvents } from 'keepline';
import { type CatalogueEvent, summarise } from './summaries.js';

export interface Call {
  readonly callId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly party: string;
  readonly number: string;
  readonly status: KeeplineEvents['call_update']['status'];
  readonly startedAt: string;
  readonly durationSec?: number | undefined;
  readonly disposition?: string | undefined;
  readonly participants: readonly string[];
  readonly recordingId?: string | undefined;
  readonly recording?: string | undefined;
}

export interface Line {
  readonly lineId: string;
  readonly sessionId: string;
  readonly party: string;
  readonly status: string;
}

export interface LogEntry {
  readonly key: number;
  readonly type: string;
  readonly at: number;
  readonly seq: number | undefined;
  readonly summary: string;
}

export interface Desk {
  readonly calls: readonly Call[];
  readonly lines: readonly Line[];
  readonly log: readonly LogEntry[];
  readonly counts: Readonly<Record<string, number>>;
  readonly heard: number;
}

export const emptyDesk: Desk = { calls: [], lines: [], log: [], counts: {}, heard: 0 };

const CALLS_MAX = 12;
const LINES_MAX = 6;
const LOG_MAX = 200;

export function applyEvent(desk: Desk, event: CatalogueEvent): Desk {
  return logEvent(applyToBoards(desk, event), event);
}

function applyToBoards(desk: Desk, event: CatalogueEvent): Desk {
  switch (event.type) {
    case 'new_call':
      return { ...desk, calls: [newCall(event.data), ...desk.calls].slice(0, CALLS_MAX) };
    case 'call_update': {
      const { callId, status, durationSec, disposition } = event.data;
      return changeCall(desk, (call) => call.callId === callId, {
        status,
        durationSec,
        disposition,
      });
    }
    case 'conference-ready': {
      const { callId, participants } = event.data;
      return changeCall(desk, (call) => call.callId === callId, { participants });
    }
    case 'new_recording': {
      const { callId, recordingId } = event.data;
      const change = { recordingId, recording: 'recorded' };
      return changeCall(desk, (call) => call.callId === callId, change);
    }
    case 'recording_update': {
      const { recordingId, status } = event.data;
      return changeCall(desk, (call) => call.recordingId === recordingId, { recording: status });
    }
    case 'parallel_call_started': {
      const { sessionId, lineId, contactName, to } = event.data;
      const line = { sessionId, lineId, party: contactName ?? to, status: 'queued' };
      const sameSession = desk.lines.filter((other) => other.sessionId === sessionId);
      return { ...desk, lines: [...sameSession, line].slice(-LINES_MAX) };
    }
    case 'parallel_call_status':
      return changeLine(desk, event.data.lineId, event.data.status);
    case 'parallel_call_connected':
      return changeLine(desk, event.data.lineId, 'in-progress');
    case 'parallel_call_ended':
      return changeLine(desk, event.data.lineId, event.data.outcome);
    case 'connected':
    case 'import_progress':
    case 'import_complete':
    case 'import_error':
      return desk;
  }
}

function newCall(data: KeeplineEvents['new_call']): Call {
  const number = data.direction === 'inbound' ? data.from : data.to;
  return {
    callId: data.callId,
    direction: data.direction,
    party: data.contactName ?? number,
    number,
    status: data.status,
    startedAt: data.startedAt,
    participants: [],
  };
}

function changeCall(desk: Desk, isIt: (call: Call) => boolean, change: Partial<Call>): Desk {
  const given = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as Partial<Call>;
  return { ...desk, calls: desk.calls.map((call) => (isIt(call) ? { ...call, ...given } : call)) };
}

function changeLine(desk: Desk, lineId: string, status: string): Desk {
  return {
    ...desk,
    lines: desk.lines.map((line) => (line.lineId === lineId ? { ...line, status } : line)),
  };
}

function logEvent(desk: Desk, event: CatalogueEvent): Desk {
  const heard = desk.heard + 1;
  const entry: LogEntry = {
    key: heard,
    type: event.type,
    at: event.receivedAt,
    seq: event.seq,
    summary: summarise(event),
  };
  return {
    ...desk,
    heard,
    log: [entry, ...desk.log].slice(0, LOG_MAX),
    counts: { ...desk.counts, [event.type]: (desk.counts[event.type] ?? 0) + 1 },
  };
}
