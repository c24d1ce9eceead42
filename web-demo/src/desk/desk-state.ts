/**
 * What the desk shows: the boards, the imports, and a line for each event. Pure: events in, a new state
 * out, and what no event concerns stays the same object.
 */
import { applyToBoards, type Boards, emptyBoards } from '../../boards/boards.js';
import { applyToLog, type EventLog, emptyLog } from './event-log.js';
import { applyToImports, type ContactImport } from './imports.js';
import type { CatalogueEvent } from './summaries.js';

export interface Desk {
  /** Who the server says we are; calls name their agents so. */
  readonly userId: string | null;
  readonly boards: Boards;
  readonly imports: readonly ContactImport[];
  readonly log: EventLog;
}

export const emptyDesk: Desk = { userId: null, boards: emptyBoards, imports: [], log: emptyLog };

export function applyEvents(desk: Desk, events: readonly CatalogueEvent[]): Desk {
  const applied = events.reduce(applyEvent, desk);
  return { ...applied, log: applyToLog(desk.log, events) };
}

function applyEvent(desk: Desk, event: CatalogueEvent): Desk {
  return {
    userId: event.type === 'connected' ? event.data.userId : desk.userId,
    boards: applyToBoards(desk.boards, event),
    imports: applyToImports(desk.imports, event),
    log: desk.log,
  };
}
