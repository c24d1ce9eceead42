/** The stream of a planted server: a log of one tenant, what each link is told of it, and what was done once. */
import type { Peer } from './planted-server.js';

export interface PlantedEvent {
  readonly type: string;
  readonly seq: number;
  readonly id: string;
  readonly data: unknown;
}

type Frame = Readonly<Record<string, unknown>>;

const EPOCH = 'k3J9xQab';
/** Greater than what a test plants in front of it. */
const FIRST = 100;
const RESUME_MS = 2000;

export class PlantedLog {
  readonly events: PlantedEvent[] = [];
  /** Results by the id of a message. */
  readonly done = new Map<string, unknown>();

  get head(): number {
    return FIRST + this.events.length;
  }

  get position(): string {
    return `${EPOCH}.${this.head}`;
  }

  append(): PlantedEvent {
    const seq = this.head + 1;
    const event = { type: 'new_call', seq, id: `e-${seq}`, data: { callId: `c${seq}` } };
    this.events.push(event);
    return event;
  }

  after(seq: number): readonly PlantedEvent[] {
    return this.events.filter((event) => event.seq > seq);
  }
}

/** Where a link stands. */
export interface Place {
  readonly began: string;
  state: 'held' | 'live';
  hasAsked: boolean;
  readsBatches: boolean;
  sent: number;
  timer: NodeJS.Timeout | undefined;
}

export const startPlace = (log: PlantedLog): Place => ({
  began: log.position,
  state: 'held',
  hasAsked: false,
  readsBatches: false,
  sent: 0,
  timer: undefined,
});

/** Each part keeps the rules. */
export interface StreamParts {
  /** The frame that answers a `resume`, and the seq behind which the link goes on. */
  readonly verdictOn: (log: PlantedLog, from: unknown) => readonly [Frame, number];
  readonly tellVerdict: (peer: Peer, verdict: Frame) => void;
  readonly replay: (peer: Peer, events: readonly PlantedEvent[]) => void;
  readonly position: (peer: Peer) => void;
  readonly live: (peer: Peer, event: PlantedEvent) => void;
  readonly resumeAgain: (peer: Peer) => void;
  /** A message of the type `note`, which is handled. */
  readonly note: (peer: Peer, id: string) => void;
}

export const resumed = (from: unknown, { position }: PlantedLog): Frame => ({
  type: 'resumed',
  data: { from, to: position },
});

const gap = (from: unknown, { position }: PlantedLog, reason: string): Frame => ({
  type: 'gap',
  data: { from, to: position, reason, spreadMs: 0 },
});

export const seqOf = (position: unknown): number => Number(String(position).split('.')[1]);

export const goodStream: StreamParts = {
  verdictOn: (log, from) => {
    const [, epoch] = /^([\w-]{1,16})\.[1-9]\d{0,15}$/.exec(String(from)) ?? [];
    if (typeof from !== 'string' || epoch === undefined) {
      return [gap(null, log, 'invalid'), log.head];
    }
    if (epoch !== EPOCH) return [gap(from, log, 'epoch'), log.head];
    if (seqOf(from) > log.head) return [gap(from, log, 'ahead'), log.head];
    return [resumed(from, log), seqOf(from)];
  },
  tellVerdict: (peer, verdict) => peer.send(verdict),
  replay: (peer, events) => {
    peer.place.sent += events.length;
    const frames = events.map((event) => JSON.stringify(event));
    if (peer.place.readsBatches && frames.length > 0) peer.socket.send(frames.join('\n'));
    else for (const frame of frames) peer.socket.send(frame);
  },
  position: (peer) => {
    const data = { at: peer.server.log.position, sent: peer.place.sent };
    peer.send({ type: 'position', data });
  },
  live: (peer, event) => {
    peer.place.sent += 1;
    peer.send(event);
  },
  resumeAgain: ({ socket }) => socket.close(4400, 'a link resumes once'),
  note: (peer, id) => {
    const { done } = peer.server.log;
    const outcome = done.has(id) ? 'repeat' : 'done';
    if (outcome === 'done') done.set(id, { number: done.size + 1 });
    peer.send({ type: 'ack', id, data: { outcome, result: done.get(id) } });
  },
};

/** For links that never ask. */
export function holdUntilAsked(parts: StreamParts, peer: Peer): void {
  peer.place.timer = setTimeout(() => goOn(parts, peer, seqOf(peer.place.began)), RESUME_MS);
  peer.socket.once('close', () => clearTimeout(peer.place.timer));
}

export function resume(parts: StreamParts, peer: Peer, from: unknown): void {
  const { place } = peer;
  if (place.hasAsked) {
    parts.resumeAgain(peer);
    return;
  }
  place.hasAsked = true;
  clearTimeout(place.timer);
  const [verdict, after] = parts.verdictOn(peer.server.log, from === null ? place.began : from);
  place.sent = 0;
  parts.tellVerdict(peer, verdict);
  goOn(parts, peer, after);
  parts.position(peer);
}

function goOn(parts: StreamParts, peer: Peer, after: number): void {
  peer.place.state = 'live';
  parts.replay(peer, peer.server.log.after(after));
}

export function publish(parts: StreamParts, log: PlantedLog, peers: Iterable<Peer>): void {
  const event = log.append();
  for (const peer of peers) if (peer.place.state === 'live') parts.live(peer, event);
}
