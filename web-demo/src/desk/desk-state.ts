/**
 * What the desk shows, made from events alone. Each board has a file of its own with its bound; this
 * one puts them together. Pure: events in, a new state out, and a board that no event concerns stays
 * the same object.
 */
import { applyToCalls, type Call, doubtCalls } from './calls.js';
import { applyToConferences, type Conference } from './conferences.js';
import { applyToSessions, type DialSession } from './dialler.js';
import { applyToLog, type EventLog, emptyLog } from './event-log.js';
import { applyToImports, type ContactImport } from './imports.js';
import { applyToRecordings, type Recording } from './recordings.js';
import type { CatalogueEvent } from './summaries.js';

export interface Desk {
  /** Who the server says we are; calls name their agents so. */
  readonly userId: string | null;
  readonly calls: readonly Call[];
  readonly recordings: readonly Recording[];
  readonly sessions: readonly DialSession[];
  readonly conferences: readonly Conference[];
  readonly imports: readonly ContactImport[];
  readonly log: EventLog;
}

export const emptyDesk: Desk = {
  userId: null,
  calls: [],
  recordings: [],
  sessions: [],
  conferences: [],
  imports: [],
  log: emptyLog,
};

export function applyEvents(desk: Desk, events: readonly CatalogueEvent[]): Desk {
  const boards = events.reduce(applyToBoards, desk);
  return { ...boards, log: applyToLog(desk.log, events) };
}

/** After a gap: what was under way may have gone on unheard. */
export function doubt(desk: Desk): Desk {
  return { ...desk, calls: doubtCalls(desk.calls) };
}

function applyToBoards(desk: Desk, event: CatalogueEvent): Desk {
  const calls = applyToCalls(desk.calls, event);
  return {
    userId: event.type === 'connected' ? event.data.userId : desk.userId,
    calls,
    recordings: applyToRecordings(desk.recordings, event, calls),
    sessions: applyToSessions(desk.sessions, event),
    conferences: applyToConferences(desk.conferences, event, calls),
    imports: applyToImports(desk.imports, event),
    log: desk.log,
  };
}
