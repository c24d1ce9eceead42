// A process: somebody who does nothing but use the server, and feels what others do to it.
import { WebSocket } from 'ws';
import { answer } from './answering.js';
import { type Contender, dialects } from './dialects.js';

/** Forty a second, beneath what a server takes of one link. Sent when they are due, whatever is unanswered. */
const gapMs = 25;

interface Where {
  readonly port: number;
  readonly contender: Contender;
  readonly token: string;
}

let link: WebSocket | undefined;
let ping: (number: number) => string = String;
let timer: NodeJS.Timeout | undefined;
let number = 0;
let roundTripsMs: number[] = [];
let quiet: () => void = () => undefined;
const sentAtMs = new Map<number, number>();

/** A link that the server has greeted; what it says afterwards goes to `hear`. */
function dial({ port, contender, token }: Where, hear: (text: string) => void): Promise<WebSocket> {
  const { path, protocols, greet } = dialects[contender];
  const dialled = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols(token), {
    perMessageDeflate: false,
  });
  return new Promise((resolve, reject) => {
    dialled.on('error', reject);
    dialled.once('close', (code, why) => reject(new Error(`closed with ${code} ${String(why)}`)));
    dialled.on('message', (bytes) => {
      const greeting = greet(String(bytes));
      if (greeting === 'ready') resolve(dialled);
      else if (greeting) dialled.send(greeting.say);
      else hear(String(bytes));
    });
  });
}

const answers = {
  connect: async (where: Where) => {
    const { pong, ...dialect } = dialects[where.contender];
    ping = dialect.ping;
    link = await dial(where, (text) => {
      const answered = pong(text);
      const at = answered === undefined ? undefined : sentAtMs.get(answered);
      if (answered === undefined || at === undefined) return;
      roundTripsMs.push(performance.now() - at);
      sentAtMs.delete(answered);
      if (sentAtMs.size === 0) quiet();
    });
    // Whoever was thrown out must not look like somebody who waits.
    link.once('close', () => process.exit(1));
  },
  begin: () => {
    roundTripsMs = [];
    timer = setInterval(() => {
      number += 1;
      sentAtMs.set(number, performance.now());
      link?.send(ping(number));
    }, gapMs);
  },
  /** Every round trip since, those included that are still on their way. */
  end: async () => {
    clearInterval(timer);
    if (sentAtMs.size > 0) await new Promise<void>((resolve) => (quiet = resolve));
    return roundTripsMs;
  },
  /** Dials once in so many ms, whatever became of the last one: how long until each was greeted, or why not. */
  dials: async ({ count, everyMs, ...where }: Where & { count: number; everyMs: number }) => {
    const dialMs: number[] = [];
    const failures: string[] = [];
    const once = async () => {
      const at = performance.now();
      try {
        const dialled = await dial(where, () => undefined);
        dialMs.push(performance.now() - at);
        dialled.close();
      } catch (reason) {
        failures.push(reason instanceof Error ? reason.message : String(reason));
      }
    };
    const all: Promise<void>[] = [];
    await new Promise<void>((resolve) => {
      const dialling = setInterval(() => {
        all.push(once());
        if (all.length < count) return;
        clearInterval(dialling);
        resolve();
      }, everyMs);
    });
    await Promise.all(all);
    return { dialMs, failures };
  },
};
export type BystanderAnswers = typeof answers;
answer(answers);
