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
  /** Who is on a telephone now: nobody is on two. */
  readonly busy: Set<string>;
  nowMs(): number;
  /** How many events were told so far; at the usual pace two make a second. */
  told(): number;
  /** Unique in this world: `call-7`. */
  nextId(kind: string): string;
  /** Whether there was none yet: what is rare otherwise is wanted once soon. */
  isFirst(kind: string): boolean;
}

/** Null where this story has nothing to tell this time: somebody talks, or is waited for. */
type Telling<Result> = Generator<SimulatedEvent | null, Result>;
export type Storyline = Telling<void>;

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
  { id: 'contact-7', name: 'Samuel Osei', phone: '+12025550126' },
  { id: 'contact-8', name: 'Ingrid Solberg', phone: '+441632960187' },
  { id: 'contact-9', name: 'Rafael Costa', phone: '+12025550174' },
  { id: 'contact-10', name: 'Yuki Tanaka', phone: '+442079460371' },
];
const OUR_NUMBER = '+12025550100';
const COLLEAGUES: readonly [string, ...string[]] = ['agent-7', 'agent-8', 'agent-9'];

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

/** Takes somebody who is on no telephone. There are more of them than stories that call. */
function takeContact({ random, busy }: World): Contact {
  const [first, ...others] = CONTACTS.filter(({ id }) => !busy.has(id));
  if (!first) throw new Error('More stories call than there are people.');
  const contact = random.pick([first, ...others]);
  busy.add(contact.id);
  return contact;
}

/** Turns of one story; with four of them each is two seconds at the usual pace. */
function* rest(turns: number): Storyline {
  for (let turn = 0; turn < turns; turn += 1) yield null;
}

/** In a burst no time passes, and its calls are as long as if they had been told at the usual pace. */
function stopwatch(world: World): () => number {
  const [sinceMs, since] = [world.nowMs(), world.told()];
  return () =>
    Math.max(1, Math.round((world.nowMs() - sinceMs) / 1000), (world.told() - since) >> 1);
}

export function* phoneCall(world: World): Storyline {
  const { random, agentId, busy } = world;
  // Whoever is on the telephone makes no other call.
  const inbound = random.chance(0.6) || busy.has(agentId);
  if (!inbound) busy.add(agentId);
  const contact = takeContact(world);
  const callId = world.nextId('call');
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
    busy.delete(contact.id);
    if (!inbound) busy.delete(agentId);
    const status = inbound ? 'no-answer' : random.pick(['no-answer', 'busy']);
    yield event('call_update', { callId, status, endedAt: time(world) });
    return;
  }
  // One that comes while we talk is a colleague's.
  const isOurs = !inbound || !busy.has(agentId);
  if (isOurs) busy.add(agentId);
  const by = isOurs ? agentId : random.pick(COLLEAGUES);
  const durationSec = yield* conversation(world, callId, contact, by);
  if (isOurs) yield* recording(world, callId, durationSec);
}

/** From the answer to the end, which frees both; says how long it was. */
function* conversation(
  world: World,
  callId: string,
  contact: Contact,
  agentId: string,
): Telling<number> {
  const { random, busy } = world;
  const elapsedSec = stopwatch(world);
  yield event('call_update', { callId, status: 'in-progress', agentId });
  if (agentId === world.agentId && (world.isFirst('conference') || random.chance(0.25))) {
    yield* rest(random.integer(1, 3));
    yield event('conference-ready', {
      conferenceId: world.nextId('conference'),
      callId,
      participants: [agentId, contact.name, 'Supervisor'],
    });
  }
  yield* rest(random.integer(8, 20));
  const durationSec = elapsedSec();
  busy.delete(contact.id);
  busy.delete(agentId);
  yield event('call_update', {
    callId,
    status: 'completed',
    durationSec,
    endedAt: time(world),
    agentId,
    disposition: random.pick(DISPOSITIONS),
  });
  return durationSec;
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

interface DialledLine {
  readonly lineId: string;
  readonly contact: Contact;
}

/** Three people at once; whoever answers first is talked to, and the others are let go. */
export function* parallelDial(world: World): Storyline {
  const { random, agentId, busy } = world;
  // The day begins with a call of one's own, and calls come between two sessions.
  if (!world.isFirst('session')) yield* rest(random.integer(10, 20));
  while (busy.has(agentId) || world.isFirst('recording')) yield null;
  busy.add(agentId);
  const sessionId = world.nextId('session');
  const dialled = () => ({ lineId: world.nextId('line'), contact: takeContact(world) });
  const lines = [dialled(), dialled(), dialled()] as const;
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
  const answered = random.pick(lines);
  const [early, ...late] = lines.filter((line) => line !== answered);
  if (early) {
    const outcome = random.pick(['no-answer', 'busy', 'voicemail']);
    yield endLine(world, sessionId, early, { outcome, durationSec: 0 });
  }
  yield* dialledConversation(world, sessionId, answered, late);
}

function* dialledConversation(
  world: World,
  sessionId: string,
  answered: DialledLine,
  others: readonly DialledLine[],
): Storyline {
  const { lineId, contact } = answered;
  const elapsedSec = stopwatch(world);
  yield event('parallel_call_connected', {
    sessionId,
    lineId,
    callId: world.nextId('call'),
    contactId: contact.id,
    connectedAt: time(world),
  });
  for (const line of others) {
    yield endLine(world, sessionId, line, { outcome: 'canceled', durationSec: 0 });
  }
  yield* rest(world.random.integer(4, 12));
  world.busy.delete(world.agentId);
  yield endLine(world, sessionId, answered, { outcome: 'answered', durationSec: elapsedSec() });
}

function endLine(
  { busy }: World,
  sessionId: string,
  { lineId, contact }: DialledLine,
  how: Pick<KeeplineEvents['parallel_call_ended'], 'outcome' | 'durationSec'>,
): SimulatedEvent {
  busy.delete(contact.id);
  return event('parallel_call_ended', { sessionId, lineId, ...how });
}

export function* contactImport(world: World): Storyline {
  if (!world.isFirst('import')) yield* rest(12);
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
    yield* rest(3);
  }
  yield event('import_complete', {
    importId,
    total,
    succeeded: total - failed,
    failed,
    durationMs: Math.max(0, Math.round(world.nowMs() - startedAtMs)),
  });
}
