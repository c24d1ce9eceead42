/**
 * What happens in the simulated call centre: calls, a parallel dialler, contact imports, each a
 * story told as events of the catalogue, one at a time. Everything here is invented, and every
 * payload says so with `simulated: true`.
 *
 * A story knows no clock and no socket: it takes the time from its world and is pulled forward by
 * the feed.
 */
import type { KeeplineEvents } from 'keepline/call-centre';
import type { SeededRandom } from './prng.js';

export interface SimulatedEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface World {
  readonly random: SeededRandom;
  readonly agentId: string;
  nowMs(): number;
  /** Unique in this world: `call-7`. */
  nextId(kind: string): string;
}

export type Storyline = Generator<SimulatedEvent, void>;

interface Contact {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
}

/** Numbers from the ranges that Ofcom and NANPA keep free for fiction. */
const CONTACTS: readonly [Contact, ...Contact[]] = [
  { id: 'contact-1', name: 'Mara Jensen', phone: '+12025550117' },
  { id: 'contact-2', name: 'Theo Alvarez', phone: '+12025550143' },
  { id: 'contact-3', name: 'Priya Raman', phone: '+442079460018' },
  { id: 'contact-4', name: 'Jonas Keller', phone: '+442079460952' },
  { id: 'contact-5', name: 'Amina Diallo', phone: '+12025550189' },
  { id: 'contact-6', name: 'Lucia Ferrari', phone: '+441632960733' },
];
const OUR_NUMBER = '+12025550100';

const DISPOSITIONS: readonly [string, ...string[]] = [
  'quote sent',
  'call back Tuesday',
  'policy renewed',
  'wrong number',
  'complaint resolved',
];

const TRANSCRIPTS: readonly [string, ...string[]] = [
  'Good morning, I am calling about the renewal letter.',
  'Could you move my booking to the following week?',
  'Thank you, that answers my question.',
];

/** The compiler holds each payload to the catalogue that the client decodes by. */
function event<Type extends keyof KeeplineEvents>(
  type: Type,
  data: KeeplineEvents[Type],
): SimulatedEvent {
  return { type, data: { ...data, simulated: true } };
}

function time(world: World): string {
  return new Date(world.nowMs()).toISOString();
}

export function* phoneCall(world: World): Storyline {
  const { random, agentId } = world;
  const callId = world.nextId('call');
  const inbound = random.chance(0.6);
  const contact = random.pick(CONTACTS);
  yield event('new_call', {
    callId,
    direction: inbound ? 'inbound' : 'outbound',
    from: inbound ? contact.phone : OUR_NUMBER,
    to: inbound ? OUR_NUMBER : contact.phone,
    status: inbound ? 'ringing' : 'queued',
    contactId: contact.id,
    contactName: contact.name,
    startedAt: time(world),
  });
  if (!inbound) yield event('call_update', { callId, status: 'ringing' });
  if (random.chance(0.2)) {
    const status = random.pick(['no-answer', 'busy']);
    yield event('call_update', { callId, status, endedAt: time(world) });
    return;
  }
  yield event('call_update', { callId, status: 'in-progress', agentId });
  yield* conference(world, callId, contact);
  const durationSec = random.integer(20, 600);
  yield event('call_update', {
    callId,
    status: 'completed',
    durationSec,
    endedAt: time(world),
    agentId,
    disposition: random.pick(DISPOSITIONS),
  });
  yield* recording(world, callId, durationSec);
}

function* conference(world: World, callId: string, contact: Contact): Storyline {
  yield event('conference-ready', {
    conferenceId: world.nextId('conference'),
    callId,
    participants: [world.agentId, contact.name, 'Supervisor'],
  });
}

function* recording(world: World, callId: string, durationSec: number): Storyline {
  const recordingId = world.nextId('recording');
  const url = `https://recordings.example/${recordingId}.mp3`;
  yield event('new_recording', { recordingId, callId, durationSec, url, createdAt: time(world) });
  yield event('recording_update', { recordingId, status: 'processing' });
  yield event('recording_update', {
    recordingId,
    status: 'completed',
    url,
    transcript: world.random.pick(TRANSCRIPTS),
  });
}

export function* parallelDial(world: World): Storyline {
  const { random } = world;
  const sessionId = world.nextId('session');
  const lines = [0, 1, 2].map(() => ({
    lineId: world.nextId('line'),
    contact: random.pick(CONTACTS),
  }));
  for (const { lineId, contact } of lines) {
    yield event('parallel_call_started', {
      sessionId,
      lineId,
      contactId: contact.id,
      contactName: contact.name,
      to: contact.phone,
      startedAt: time(world),
    });
  }
  for (const { lineId } of lines) {
    yield event('parallel_call_status', { sessionId, lineId, status: 'ringing' });
  }
  const answeredLine = random.integer(0, lines.length - 1);
  for (const [index, { lineId, contact }] of lines.entries()) {
    if (index !== answeredLine) {
      const outcome = random.pick(['no-answer', 'busy', 'voicemail', 'canceled']);
      yield event('parallel_call_ended', { sessionId, lineId, outcome, durationSec: 0 });
      continue;
    }
    const callId = world.nextId('call');
    const connectedAt = time(world);
    const contactId = contact.id;
    yield event('parallel_call_connected', { sessionId, lineId, callId, contactId, connectedAt });
    const durationSec = random.integer(15, 300);
    yield event('parallel_call_ended', { sessionId, lineId, outcome: 'answered', durationSec });
  }
}

export function* contactImport(world: World): Storyline {
  const importId = world.nextId('import');
  const total = world.random.integer(20, 60) * 10;
  const steps = 5;
  const startedAtMs = world.nowMs();
  let failed = 0;
  for (let step = 1; step <= steps; step += 1) {
    const processed = Math.round((total * step) / steps);
    if (step === 2) {
      failed += 1;
      yield event('import_error', {
        importId,
        message: 'The phone number has too few digits.',
        row: processed,
        code: 'phone_invalid',
      });
    }
    const succeeded = processed - failed;
    yield event('import_progress', { importId, processed, total, succeeded, failed });
  }
  yield event('import_complete', {
    importId,
    total,
    succeeded: total - failed,
    failed,
    durationMs: Math.max(0, Math.round(world.nowMs() - startedAtMs)),
  });
}
