// How each server that is measured is dialled, greeted and pinged. All of them by the same client, `ws` alone:
// what differs between them is the server's own.

export type Contender = 'keepline' | 'ws' | 'socket.io';
export const contenders: readonly Contender[] = ['ws', 'keepline', 'socket.io'];

export interface Dialect {
  readonly path: string;
  protocols(token: string): string[];
  /** What the server's text says of the dial: done, or what to answer; undefined where it is another text. */
  greet(text: string): 'ready' | { readonly say: string } | undefined;
  ping(number: number): string;
  /** Whose answer it is. */
  pong(text: string): number | undefined;
}

const json: Omit<Dialect, 'protocols'> = {
  path: '/ws',
  greet: (text) => (text.startsWith('{"type":"connected"') ? 'ready' : undefined),
  ping: (number) => `{"type":"ping","id":"${number}"}`,
  pong: (text) => {
    if (!text.startsWith('{"type":"pong"')) return undefined;
    return Number((JSON.parse(text) as { id: string }).id);
  },
};

export const dialects: Readonly<Record<Contender, Dialect>> = {
  keepline: { ...json, protocols: (token) => ['keepline.v1', `bearer.${token}`] },
  ws: { ...json, protocols: () => [] },
  'socket.io': {
    path: '/socket.io/?EIO=4&transport=websocket',
    protocols: () => [],
    // Engine.IO's opening asks for Socket.IO's; its pings (2) are answered or the link ends.
    greet: (text) => {
      if (text.startsWith('0')) return { say: '40' };
      if (text === '2') return { say: '3' };
      return text.startsWith('40') ? 'ready' : undefined;
    },
    ping: (number) => `42${number}["ask"]`,
    pong: (text) => {
      const number = /^43(\d+)\[/.exec(text)?.[1];
      return number === undefined ? undefined : Number(number);
    },
  },
};

/** Clients that come back: Keepline's own reads several events in a message, and others need not. */
export type Returner = 'keepline' | 'keepline, one event a message' | 'socket.io';
export const returnerNames: readonly Returner[] = [
  'keepline',
  'keepline, one event a message',
  'socket.io',
];

export interface Return extends Pick<Dialect, 'path' | 'protocols' | 'greet'> {
  /** Said once it is greeted for the first time. */
  readonly begin: readonly string[];
  /** What to say on the next link, by the greeting of this one and the last event; null where that is none. */
  askAfter(greeting: string, event: string): readonly string[] | null;
  /** Whether it can be said now. */
  isOpen(text: string): boolean;
  eventsIn(text: string): number;
  keepAlive(text: string): string | undefined;
}

const note = '{"type":"note","seq":';
const newlines = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
};
const resumeFrom = (from: string | null) => JSON.stringify({ type: 'resume', data: { from } });

const ownReturn = (before: readonly string[]): Return => ({
  ...dialects.keepline,
  begin: [resumeFrom(null)],
  askAfter: (greeting, event) => {
    if (!event.startsWith(note)) return null;
    const { data } = JSON.parse(greeting) as { data: { position: string } };
    const [epoch] = data.position.split('.');
    return [...before, resumeFrom(`${epoch}.${Number.parseInt(event.slice(note.length), 10)}`)];
  },
  isOpen: (text) => text.startsWith('{"type":"connected"'),
  eventsIn: (text) => (text.startsWith(note) ? 1 + newlines(text) : 0),
  keepAlive: () => undefined,
});

export const returners: Readonly<Record<Returner, Return>> = {
  keepline: ownReturn([
    JSON.stringify({ type: 'subscribe', data: { events: ['*'], batch: true } }),
  ]),
  'keepline, one event a message': ownReturn([]),
  'socket.io': {
    ...dialects['socket.io'],
    begin: [],
    askAfter: (greeting, event) => {
      if (!event.startsWith('42["note"')) return null;
      const { pid } = JSON.parse(greeting.slice(2)) as { pid: string };
      // The adapter adds each event's place behind its data.
      const offset = (JSON.parse(event.slice(2)) as unknown[]).at(-1);
      return [`40${JSON.stringify({ pid, offset })}`];
    },
    isOpen: (text) => text.startsWith('0'),
    eventsIn: (text) => (text.startsWith('42["note"') ? 1 : 0),
    keepAlive: (text) => (text === '2' ? '3' : undefined),
  },
};
