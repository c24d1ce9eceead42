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
