/** Calls that became conferences, and who is in them. Pure. */
import type { BoardEvent } from './board-events.js';
import { type Call, isUnderWay } from './calls.js';
import { change, putFirst } from './lists.js';

export interface Conference {
  readonly conferenceId: string;
  readonly callId: string;
  /** Whom the call is with, where the call log knows. */
  readonly party?: string;
  readonly participants: readonly string[];
  readonly readySinceMs: number;
  readonly over: boolean;
  /** The link was down since this was heard: it may be over. */
  readonly unsure?: boolean;
}

/** One agent sits in one at a time; the others are the latest that are over. */
export const CONFERENCES_MAX = 3;

export function applyToConferences(
  conferences: readonly Conference[],
  event: BoardEvent,
  calls: readonly Call[],
): readonly Conference[] {
  switch (event.type) {
    case 'conference-ready': {
      const { conferenceId, callId } = event.data;
      const party = calls.find((call) => call.callId === callId)?.party;
      const conference: Conference = {
        conferenceId,
        callId,
        participants: [...new Set(event.data.participants)],
        readySinceMs: event.receivedAt,
        over: false,
        ...(party !== undefined && { party }),
      };
      const isSame = (other: Conference) => other.conferenceId === conferenceId;
      return putFirst(conferences, conference, isSame, CONFERENCES_MAX);
    }
    case 'call_update': {
      const { callId, status } = event.data;
      if (isUnderWay(status)) return conferences;
      return change(
        conferences,
        (conference) => conference.callId === callId && !conference.over,
        (conference) => ({ ...conference, over: true, unsure: false }),
      );
    }
    default:
      return conferences;
  }
}

export function doubtConferences(conferences: readonly Conference[]): readonly Conference[] {
  return change(
    conferences,
    ({ over }) => !over,
    (conference) => ({ ...conference, unsure: true }),
  );
}
