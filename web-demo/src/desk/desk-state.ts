/**
 * What a page makes of the events that it hears itself: who it is, the imports, and a line for each event.
 * Pure: events in, a new state out, and what no event concerns stays the same object.
 */
import { applyToLog, type EventLog, emptyLog } from './event-log.js';
import { applyToImports, type ContactImport } from './imports.js';
import type { CatalogueEvent } from './summaries.js';

export interface HeardDesk {
  /** Who the server says we are; calls name their agents so. */
  readonly userId: string | null;
  readonly imports: readonly ContactImport[];
  readonly log: EventLog;
}

export const nothingHeard: HeardDesk = { userId: null, imports: [], log: emptyLog };

export function applyEvents(desk: HeardDesk, events: readonly CatalogueEvent[]): HeardDesk {
  const applied = events.reduce(applyEvent, desk);
  return { ...applied, log: applyToLog(desk.log, events) };
}

function applyEvent(desk: HeardDesk, event: CatalogueEvent): HeardDesk {
  return {
    userId: event.type === 'connected' ? event.data.userId : desk.userId,
    imports: applyToImports(desk.imports, event),
    log: desk.log,
  };
}
