/** What users write down for their desk: checked, and heard by all their tabs. */
import { randomUUID } from 'node:crypto';
import { type Handlers, isRecord, MessageRefused, ownMember, type UserKey } from 'keepline/server';
import type { DeskNote } from '../boards/notes.js';

/** A line, and no letter. */
export const NOTE_CHARACTERS_MAX = 280;

/** Refuses what is no note, in words for whoever wrote it. Resolves with when it was taken. */
async function takeNote(
  data: unknown,
  id: string | undefined,
  publish: (note: DeskNote) => Promise<void>,
): Promise<{ notedAt: string }> {
  const given = isRecord(data) ? ownMember(data, 'text') : undefined;
  const text = typeof given === 'string' ? given.trim() : '';
  if (text === '' || text.length > NOTE_CHARACTERS_MAX) {
    throw new MessageRefused('bad_note', `A note has 1 to ${NOTE_CHARACTERS_MAX} characters.`);
  }
  const notedAt = new Date().toISOString();
  await publish({ noteId: id ?? randomUUID(), text, notedAt });
  return { notedAt };
}

/** What pages may send, wherever their link is. */
export function messagesOf(
  publish: (owner: UserKey, type: 'desk_note', note: DeskNote) => Promise<void>,
): Handlers {
  return {
    note: () => undefined,
    desk_note: (data, { principal, id }) =>
      takeNote(data, id, (note) => publish(principal, 'desk_note', note)),
  };
}
