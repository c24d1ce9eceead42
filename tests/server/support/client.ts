/** A real `ws` client that can be awaited: frame by frame, or for its close. */
import { WebSocket } from 'ws';

export interface Close {
  readonly code: number;
  readonly reason: string;
}

export interface ReceivedFrame {
  readonly text: string;
  readonly binary: boolean;
}

export interface DialOptions {
  readonly protocols?: readonly string[];
  readonly origin?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** False for a client that never says where it stands. */
  readonly follows?: boolean;
}

export class Client {
  readonly socket: WebSocket;
  readonly closed: Promise<Close>;
  /** Settles with false when the upgrade failed. */
  readonly opened: Promise<boolean>;
  readonly #frames: ReceivedFrame[] = [];
  readonly #waiting: ((frame: ReceivedFrame) => void)[] = [];
  #greeting: ReceivedFrame | null = null;
  readonly #held: ReceivedFrame[] = [];

  constructor(
    serverUrl: string,
    { protocols = [], origin, headers, path = '/ws', follows = true }: DialOptions = {},
  ) {
    const url = `${serverUrl.replace('http', 'ws')}${path}`;
    this.socket = new WebSocket(url, [...protocols], {
      ...(origin !== undefined && { origin }),
      ...(headers && { headers }),
    });
    this.opened = new Promise((resolve) => {
      this.socket.once('open', () => resolve(true));
      this.socket.once('error', () => resolve(false));
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => {
        this.#handHeld();
        resolve({ code, reason: reason.toString() });
      });
    });
    this.socket.on('message', (data: Buffer, binary) => {
      const frame = { text: data.toString(), binary };
      if (follows && this.#follow(frame)) return;
      this.#hand(frame);
    });
  }

  /**
   * Says that it begins where the stream is, and hands the greeting out once the server has answered: what is
   * published from then on is sent at once. True where a frame is about that alone.
   */
  #follow(frame: ReceivedFrame): boolean {
    const { type, data } = readHead(frame.text);
    if (type === 'connected' && data?.position !== undefined) {
      this.#greeting = frame;
      this.send({ type: 'resume', data: { from: null } });
      return true;
    }
    if (type === 'position' && this.#greeting) {
      this.#handHeld();
      return true;
    }
    if (type === 'resumed' || type === 'position') return true;
    if (this.#greeting) this.#held.push(frame);
    return this.#greeting !== null;
  }

  /** The greeting, and what was published since. */
  #handHeld(): void {
    if (this.#greeting) this.#hand(this.#greeting);
    this.#greeting = null;
    for (const held of this.#held.splice(0)) this.#hand(held);
  }

  #hand(frame: ReceivedFrame): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(frame);
    else this.#frames.push(frame);
  }

  /** Offers the protocol and a token, as the browser client does. */
  static withToken(serverUrl: string, token: string, options: DialOptions = {}): Client {
    return new Client(serverUrl, { protocols: ['keepline.v1', `bearer.${token}`], ...options });
  }

  nextFrame(): Promise<ReceivedFrame> {
    const frame = this.#frames.shift();
    if (frame) return Promise.resolve(frame);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async next(): Promise<Record<string, unknown>> {
    const { text } = await this.nextFrame();
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** Frames that arrived and nobody asked for. */
  get unread(): readonly ReceivedFrame[] {
    return this.#frames;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** One round trip: everything the server sent before it answered has arrived. */
  async settle(): Promise<void> {
    const answered = new Promise((resolve) => this.socket.once('pong', resolve));
    this.socket.ping();
    await answered;
  }
}

interface Head {
  readonly type?: unknown;
  readonly data?: { readonly position?: unknown } | null;
}

/** Of our own server's messages; of anything else, nothing. */
function readHead(text: string): Head {
  return /^\{"type":"(?:connected|resumed|position)"/.test(text) ? (JSON.parse(text) as Head) : {};
}
