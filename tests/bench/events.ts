// The events that are sent: the catalogue's types in turn, with payloads as a busy desk would have
// them. The same number always gives the same event.
//
// `connected` is a server's first frame and comes once a link; the other twelve are the stream.

/** The one type that the cases with a single subscription want; every stream ends with it. */
export const markedType = 'call_update';

/** An event is padded up to this size as JSON; some are a little longer by themselves. */
const targetBytes = 250;

const beganAt = Date.UTC(2026, 0, 5, 9);

type Payload = (n: number) => Readonly<Record<string, unknown>>;

const time = (n: number) => new Date(beganAt + n * 7).toISOString();
const id = (kind: string, n: number) => `${kind}_${(n * 2_654_435_761).toString(36).slice(-8)}`;
const phone = (n: number) => `+1415555${String(n % 10_000).padStart(4, '0')}`;
const statuses = ['queued', 'ringing', 'in-progress', 'completed'] as const;
const status = (n: number) => statuses[n % statuses.length];

// The first is the last of a stream: see eventAt.
const payloads: readonly (readonly [string, Payload])[] = [
  [
    markedType,
    (n) => ({
      callId: id('call', n),
      status: status(n),
      durationSec: n % 900,
      agentId: id('agent', n % 40),
    }),
  ],
  [
    'new_call',
    (n) => ({
      callId: id('call', n),
      direction: n % 2 ? 'inbound' : 'outbound',
      from: phone(n),
      to: phone(n + 17),
      status: 'ringing',
      contactName: `Contact ${n % 5000}`,
      startedAt: time(n),
    }),
  ],
  [
    'new_recording',
    (n) => ({
      recordingId: id('rec', n),
      callId: id('call', n),
      durationSec: n % 600,
      url: `https://recordings.example.com/${id('rec', n)}.mp3`,
      createdAt: time(n),
    }),
  ],
  [
    'recording_update',
    (n) => ({
      recordingId: id('rec', n),
      status: 'completed',
      transcript: 'Thank you for calling, how may I help you?',
    }),
  ],
  [
    'parallel_call_started',
    (n) => ({
      sessionId: id('session', n % 20),
      lineId: id('line', n),
      contactId: id('contact', n),
      to: phone(n),
      startedAt: time(n),
    }),
  ],
  [
    'parallel_call_status',
    (n) => ({ sessionId: id('session', n % 20), lineId: id('line', n), status: status(n) }),
  ],
  [
    'parallel_call_connected',
    (n) => ({
      sessionId: id('session', n % 20),
      lineId: id('line', n),
      callId: id('call', n),
      contactId: id('contact', n),
      connectedAt: time(n),
    }),
  ],
  [
    'parallel_call_ended',
    (n) => ({
      sessionId: id('session', n % 20),
      lineId: id('line', n),
      outcome: n % 3 ? 'no-answer' : 'answered',
      durationSec: n % 300,
    }),
  ],
  [
    'conference-ready',
    (n) => ({
      conferenceId: id('conf', n),
      callId: id('call', n),
      participants: [id('agent', n % 40), id('agent', (n + 1) % 40)],
    }),
  ],
  [
    'import_progress',
    (n) => ({
      // Each of another import: a client may leave out a state that a newer one replaces.
      importId: id('import', n),
      processed: n % 5000,
      total: 5000,
      succeeded: n % 4900,
      failed: n % 100,
    }),
  ],
  [
    'import_complete',
    (n) => ({
      importId: id('import', n % 5),
      total: 5000,
      succeeded: 4900,
      failed: 100,
      durationMs: n % 90_000,
    }),
  ],
  [
    'import_error',
    (n) => ({
      importId: id('import', n % 5),
      message: 'The phone number has too few digits.',
      row: n % 5000,
      code: 'phone_invalid',
    }),
  ],
];

export interface WireEvent {
  readonly type: string;
  readonly seq: number;
  readonly ts: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a client is sent: an event of the stream, or the greeting before it. */
export type SentEvent = Pick<WireEvent, 'type' | 'data'> & Partial<WireEvent>;

/** All thirteen. */
export const allTypes: readonly string[] = ['connected', ...payloads.map(([type]) => type)];

export const greeting = {
  type: 'connected',
  data: {
    connectionId: 'bench-1',
    userId: 'agent-1',
    tenantId: 'tenant-1',
    serverTime: new Date(beganAt).toISOString(),
  },
} as const;

/** Padded as a server would that adds members of its own: they are delivered too. */
function pad(event: WireEvent): WireEvent {
  const empty = { ...event, data: { ...event.data, trace: '' } };
  const room = targetBytes - JSON.stringify(empty).length;
  const hex = (event.seq * 40_503).toString(16);
  return room > 0
    ? { ...empty, data: { ...empty.data, trace: hex.repeat(64).slice(0, room) } }
    : event;
}

/** The `index`th of `count` events. The first `seq` is the greeting's. */
export function eventAt(index: number, count: number): WireEvent {
  const row = payloads[(count - 1 - index) % payloads.length];
  if (!row) throw new RangeError(`there is no event ${index} of ${count}`);
  const [type, payload] = row;
  return pad({ type, seq: index + 2, ts: beganAt + index, data: payload(index) });
}

/** What follows `connected`: of the marked type, so that every page knows when it is subscribed. */
export const firstEvent: WireEvent = {
  type: markedType,
  seq: 1,
  ts: beganAt,
  data: { callId: 'call_first', status: 'queued' },
};

/** How many of `count` events are of the marked type. */
export const markedCount = (count: number): number => Math.ceil(count / payloads.length);
