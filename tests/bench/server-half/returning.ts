// A process: clients that were there, went, and come back for what they missed. Bare ones, that count what they
// are sent and read no more of it than that takes.
import { WebSocket } from 'ws';
import { answer, monotonicMs } from './answering.js';
import { type Returner, returners } from './dialects.js';

/** So many dials at once: fewer than a listener's queue holds. */
const dialsAtOnce = 200;

interface Guest {
  readonly user: string;
  link: WebSocket | null;
  /** What to say to be sent what comes after, once it has been greeted and has heard an event. */
  ask: readonly string[] | null;
  heard: number;
}

interface Opening {
  readonly port: number;
  readonly returner: Returner;
  readonly count: number;
}

const guests: Guest[] = [];
let wanted = 0;
let missing = 0;
let lastAtMs = 0;
let all: () => void = () => undefined;

/** Calls for each in turn, so many at once. */
async function inTurns(count: number, run: (index: number) => Promise<void>): Promise<void> {
  for (let first = 0; first < count; first += dialsAtOnce) {
    const length = Math.min(dialsAtOnce, count - first);
    await Promise.all(Array.from({ length }, (_, index) => run(first + index)));
  }
}

function dial(
  { port, returner }: Opening,
  guest: Guest,
  index: number,
  hear: (text: string) => boolean,
): Promise<void> {
  const { path, protocols } = returners[returner];
  const own = process.platform === 'linux' && { localAddress: `127.0.0.${2 + (index % 100)}` };
  const link = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols(guest.user), {
    perMessageDeflate: false,
    skipUTF8Validation: true,
    ...own,
  });
  guest.link = link;
  return new Promise((resolve, reject) => {
    link.on('error', reject);
    link.once('close', (code) => reject(new Error(`${guest.user} was closed with ${code}`)));
    link.on('message', (bytes: Buffer) => {
      if (hear(bytes.toString('latin1'))) resolve();
    });
  });
}

/** Until it is greeted; the next event says from where it would go on. */
function visit(opening: Opening, index: number): Promise<void> {
  const { greet, begin, askAfter } = returners[opening.returner];
  const guest: Guest = { user: `user-${index}`, link: null, ask: null, heard: 0 };
  guests.push(guest);
  let greeting = '';
  return dial(opening, guest, index, (text) => {
    if (greeting !== '') {
      if (guest.ask) return false;
      guest.ask = askAfter(greeting, text);
      if (guest.ask) arrive();
      return false;
    }
    const greeted = greet(text);
    if (greeted !== 'ready') {
      if (greeted) guest.link?.send(greeted.say);
      return false;
    }
    greeting = text;
    for (const message of begin) guest.link?.send(message);
    return true;
  });
}

/** Until it could say where it stands. */
function comeBack(opening: Opening, index: number): Promise<void> {
  const { isOpen, eventsIn, keepAlive } = returners[opening.returner];
  const guest = guests[index];
  if (!guest) throw new Error('Nobody was there before.');
  guest.heard = 0;
  return dial(opening, guest, index, (text) => {
    if (isOpen(text)) return true;
    const before = guest.heard;
    const events = eventsIn(text);
    guest.heard += events;
    if (before < wanted && guest.heard >= wanted) arrive();
    else if (events === 0) {
      const answered = keepAlive(text);
      if (answered) guest.link?.send(answered);
    }
    return false;
  });
}

function arrive(): void {
  missing -= 1;
  if (missing > 0) return;
  lastAtMs = monotonicMs();
  all();
}

const answers = {
  visit: (opening: Opening) => inTurns(opening.count, (index) => visit(opening, index)),
  /** The next event says to each where it stands. */
  expectOne: () => {
    missing = guests.length;
  },
  /** Resolves when all have what they were to wait for. */
  all: async () => {
    if (missing > 0) await new Promise<void>((resolve) => (all = resolve));
  },
  leave: () => {
    for (const { link } of guests) {
      link?.removeAllListeners('close');
      link?.terminate();
    }
  },
  comeBack: (opening: Opening) => inTurns(opening.count, (index) => comeBack(opening, index)),
  /** All ask at once; resolves with when it began, and when the last had so many events. */
  ask: async (events: number) => {
    wanted = events;
    missing = guests.length;
    const beganAtMs = monotonicMs();
    for (const { link, ask } of guests) for (const message of ask ?? []) link?.send(message);
    await answers.all();
    return { beganAtMs, lastAtMs };
  },
  /** What was sent to each: no more than was missed, and no less. */
  heard: () => [...new Set(guests.map(({ heard }) => heard))],
};
export type ReturningAnswers = typeof answers;
answer(answers);
