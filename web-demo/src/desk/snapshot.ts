/** What the server says that this desk shows, moved to this machine's clock. Pure, but for the asking. */
import type { Boards } from '../../boards/boards.js';
import { isCall, isConference, isRecording, isSession } from '../../boards/shapes.js';
import { type AuthorisedRequest, authorisedJson, type Members } from '../http.js';

export async function fetchBoards(request: AuthorisedRequest): Promise<Boards> {
  return readBoards(await authorisedJson('/api/desk', request), Date.now());
}

/** An entry of another shape than this page's is left out: a newer server may know more. */
export function readBoards(document: Members, heardAtMs: number): Boards {
  const { nowMs } = document;
  if (typeof nowMs !== 'number') throw new Error('The server did not say what the desk shows.');
  const shift = (ms: number) => ms + heardAtMs - nowMs;
  const talking = <Item extends { readonly talkingSinceMs?: number }>(item: Item): Item =>
    item.talkingSinceMs === undefined
      ? item
      : { ...item, talkingSinceMs: shift(item.talkingSinceMs) };
  return {
    calls: listOf(document['calls'], isCall).map(talking),
    recordings: listOf(document['recordings'], isRecording),
    sessions: listOf(document['sessions'], isSession).map((session) => ({
      ...session,
      lines: session.lines.map(talking),
    })),
    conferences: listOf(document['conferences'], isConference).map((conference) => ({
      ...conference,
      readySinceMs: shift(conference.readySinceMs),
    })),
  };
}

function listOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): readonly Item[] {
  return Array.isArray(value) ? value.filter(isItem) : [];
}
