/** What the server says that this desk shows, moved to this machine's clock. Pure, but for the asking. */
import type { QueryAnswer } from 'keepline';
import type { Boards } from '../../boards/boards.js';
import { type AuthorisedRequest, authorisedJson, type Members } from '../http.js';

export async function fetchBoards(request: AuthorisedRequest): Promise<QueryAnswer<Boards>> {
  const document = await authorisedJson('/api/desk', request);
  const { position } = document as { position?: string };
  return { data: readBoards(document, Date.now()), position };
}

/** Of the server that this page comes from: both are compiled against the same boards. */
function readBoards(document: Members, heardAtMs: number): Boards {
  const { nowMs, ...rest } = document;
  if (typeof nowMs !== 'number') throw new Error('The server did not say what the desk shows.');
  const { calls, recordings, sessions, conferences, notes } = rest as unknown as Boards;
  const shift = (ms: number) => ms + heardAtMs - nowMs;
  const talking = <Item extends { readonly talkingSinceMs?: number }>(item: Item): Item =>
    item.talkingSinceMs === undefined
      ? item
      : { ...item, talkingSinceMs: shift(item.talkingSinceMs) };
  return {
    calls: calls.map(talking),
    recordings,
    notes,
    sessions: sessions.map((session) => ({ ...session, lines: session.lines.map(talking) })),
    conferences: conferences.map((conference) => ({
      ...conference,
      readySinceMs: shift(conference.readySinceMs),
    })),
  };
}
