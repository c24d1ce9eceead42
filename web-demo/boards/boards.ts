/**
 * The boards of one desk, made from events alone: the page keeps them from what it hears, the server
 * from what it publishes, so that a page that missed something can ask. Each board has a file of its
 * own with its bound. Pure: a board that no event concerns stays the same object.
 */
import type { BoardEvent } from './board-events.js';
import { applyToCalls, type Call, doubtCalls } from './calls.js';
import { applyToConferences, type Conference, doubtConferences } from './conferences.js';
import { applyToSessions, type DialSession, doubtSessions } from './dialler.js';
import { applyToNotes, type DeskNote } from './notes.js';
import { applyToRecordings, type Recording } from './recordings.js';

export interface Boards {
  readonly calls: readonly Call[];
  readonly recordings: readonly Recording[];
  readonly sessions: readonly DialSession[];
  readonly conferences: readonly Conference[];
  readonly notes: readonly DeskNote[];
}

export const emptyBoards: Boards = {
  calls: [],
  recordings: [],
  sessions: [],
  conferences: [],
  notes: [],
};

export function applyToBoards(boards: Boards, event: BoardEvent): Boards {
  const calls = applyToCalls(boards.calls, event);
  return {
    calls,
    recordings: applyToRecordings(boards.recordings, event, calls),
    sessions: applyToSessions(boards.sessions, event),
    conferences: applyToConferences(boards.conferences, event, calls),
    notes: applyToNotes(boards.notes, event),
  };
}

/** What was under way when the link broke may have gone on unheard. */
export function doubtBoards(boards: Boards): Boards {
  return {
    ...boards,
    calls: doubtCalls(boards.calls),
    sessions: doubtSessions(boards.sessions),
    conferences: doubtConferences(boards.conferences),
  };
}
