/** What this user has written down for the desk, the newest first. Pure. */
import type { BoardEvent } from './board-events.js';
import { putFirst } from './lists.js';

export interface DeskNote {
  readonly noteId: string;
  readonly text: string;
  /** RFC 3339, by the server's clock. */
  readonly notedAt: string;
}

/** Somebody reads them between two calls. */
export const NOTES_MAX = 10;

export function applyToNotes(notes: readonly DeskNote[], event: BoardEvent): readonly DeskNote[] {
  if (event.type !== 'desk_note') return notes;
  const { noteId, text, notedAt } = event.data;
  const isSame = (other: DeskNote) => other.noteId === noteId;
  return putFirst(notes, { noteId, text, notedAt }, isSame, NOTES_MAX);
}
