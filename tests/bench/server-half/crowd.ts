// A process: the many links of one node, each of another user, that say nothing and hear what all hear.
import { WebSocket } from 'ws';
import { answer, monotonicMs } from './answering.js';
import { type Contender, dialects } from './dialects.js';

/** So many dials at once: fewer than a listener's queue holds. */
const dialsAtOnce = 200;

const links: WebSocket[] = [];
let mark = Buffer.alloc(0);
let missing = 0;
let lastAtMs = 0;
let heard: () => void = () => undefined;

interface Opening {
  readonly port: number;
  readonly contender: Contender;
  readonly count: number;
}

function open({ port, contender }: Opening, index: number): Promise<WebSocket> {
  const { path, protocols, greet } = dialects[contender];
  // One address has 28,000 ports at most, which dials of a moment ago still hold; Linux has more of them.
  const own = process.platform === 'linux' && { localAddress: `127.0.0.${2 + (index % 100)}` };
  const link = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols(`user-${index}`), {
    perMessageDeflate: false,
    ...own,
  });
  return new Promise((resolve, reject) => {
    link.on('error', reject);
    link.once('close', (code) => reject(new Error(`link ${index} was closed with ${code}`)));
    link.on('message', (bytes: Buffer) => {
      if (missing > 0 && bytes.includes(mark)) return arrive();
      const greeting = greet(bytes.toString());
      if (greeting === 'ready') resolve(link);
      else if (greeting) link.send(greeting.say);
    });
  });
}

function arrive(): void {
  missing -= 1;
  if (missing > 0) return;
  lastAtMs = monotonicMs();
  heard();
}

const answers = {
  open: async (opening: Opening) => {
    for (let first = 0; first < opening.count; first += dialsAtOnce) {
      const count = Math.min(dialsAtOnce, opening.count - first);
      const opened = Array.from({ length: count }, (_, index) => open(opening, first + index));
      links.push(...(await Promise.all(opened)));
    }
  },
  /** What the next event has in it. */
  expect: (text: string) => {
    mark = Buffer.from(text);
    missing = links.length;
  },
  /** When the last link had it. */
  last: async () => {
    if (missing > 0) await new Promise<void>((resolve) => (heard = resolve));
    return lastAtMs;
  },
  stillOpen: () => links.filter((link) => link.readyState === link.OPEN).length,
};
export type CrowdAnswers = typeof answers;
answer(answers);
