/**
 * One readable line for each event that the desk knows. The compiler asks for a line when there is
 * another type.
 */
import type { EventOf, RealtimeEvent } from 'keepline';
import type { DeskEvents } from '../../boards/board-events.js';

type EventType = keyof DeskEvents & string;

/** Any event that the desk knows; narrows by its `type`. */
export type CatalogueEvent = EventOf<DeskEvents, '*'>;

type Summaries = { readonly [Type in EventType]: (data: DeskEvents[Type]) => string };

const summaries: Summaries = {
  connected: ({ userId, tenantId }) => `Signed in as ${userId} of ${tenantId}`,
  new_call: ({ direction, contactName, from, to }) =>
    direction === 'inbound' ? `Call from ${contactName ?? from}` : `Call to ${contactName ?? to}`,
  call_update: ({ callId, status, durationSec, disposition }) =>
    sentence(`${callId} is ${words(status)}`, durationOf(durationSec), disposition),
  new_recording: ({ callId, durationSec }) =>
    sentence(`Recording of ${callId}`, durationOf(durationSec)),
  recording_update: ({ recordingId, status, transcript }) =>
    sentence(`${recordingId} is ${status}`, transcript && `“${transcript}”`),
  parallel_call_started: ({ contactName, to }) => `Dialling ${contactName ?? to}`,
  parallel_call_status: ({ lineId, status }) => `${lineId} is ${words(status)}`,
  parallel_call_connected: ({ lineId, callId }) => `${lineId} was answered: ${callId}`,
  parallel_call_ended: ({ lineId, outcome, durationSec }) =>
    sentence(`${lineId} ended: ${words(outcome)}`, durationSec > 0 && durationOf(durationSec)),
  'conference-ready': ({ callId, participants }) =>
    `Conference for ${callId}: ${participants.join(', ')}`,
  import_progress: ({ importId, processed, total }) => `${importId}: ${processed} of ${total} rows`,
  import_complete: ({ importId, succeeded, failed }) =>
    `${importId} is complete: ${succeeded} imported, ${failed} refused`,
  import_error: ({ importId, row, message }) =>
    row === undefined ? `${importId}: ${message}` : `${importId}, row ${row}: ${message}`,
  desk_note: ({ text }) => `Noted: ${text}`,
};

export const eventTypes = Object.keys(summaries) as readonly EventType[];

/** The connection decodes strictly here, so a known type has its payload. */
export function isCatalogueEvent(event: RealtimeEvent): event is CatalogueEvent {
  return Object.hasOwn(summaries, event.type);
}

export function summarise(event: CatalogueEvent): string {
  const line = summaries[event.type] as (data: CatalogueEvent['data']) => string;
  return line(event.data);
}

export function words(status: string): string {
  return status.replaceAll('-', ' ');
}

export function durationOf(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function sentence(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(', ');
}
