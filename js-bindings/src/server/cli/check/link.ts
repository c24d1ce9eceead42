/** One dial as a browser makes it, and all that came of it. Judges nothing. */
import { type RawData, WebSocket } from 'ws';
import { Watched } from './watched.js';

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** What became of the upgrade. */
export type Opening =
  | { readonly kind: 'open'; readonly protocol: string }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly why: string };

/** A message of several frames. */
export interface Batch {
  readonly frames: number;
  readonly bytes: number;
  /** One of its lines has nothing in it. */
  readonly hasEmptyLine: boolean;
}

export interface Frame {
  readonly text: string;
  /** Undefined where it was a message by itself. */
  readonly batch: Batch | undefined;
  /** Undefined where the text is no JSON object. */
  readonly message: Readonly<Record<string, unknown>> | undefined;
}

export interface LinkOptions {
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly origin: string | undefined;
  readonly timeoutMs: number;
  /** Done in the same turn in which the socket opens: before a server can have verified anybody. */
  readonly atOnce?: ((link: Link) => void) | undefined;
}

/** More than a server sends to one that asked for nothing; beyond it a report has seen enough. */
const FRAMES_KEPT = 10_000;

export class Link extends Watched {
  readonly frames: Frame[] = [];
  opening: Opening | undefined;
  ending: Ending | undefined;
  /** Protocol pings that the server sent by itself. */
  pingsHeard = 0;
  pongHeard: string | undefined;
  /** What it has asked from; undefined where it never did. */
  askedFrom: { readonly from: unknown } | undefined;
  /** It has said that it reads several frames in a message. */
  readsBatches = false;
  readonly #socket: WebSocket;

  constructor({ url, protocols, origin, timeoutMs, atOnce }: LinkOptions) {
    super();
    this.#socket = new WebSocket(url, [...protocols], {
      ...(origin === undefined ? {} : { origin }),
      handshakeTimeout: timeoutMs,
      perMessageDeflate: false,
    });
    const socket = this.#socket;
    socket.on('open', () => {
      this.#open({ kind: 'open', protocol: socket.protocol });
      atOnce?.(this);
    });
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
      this.#open({ kind: 'refused', status: statusCode });
      socket.terminate();
    });
    socket.on('error', ({ message }) => this.#open({ kind: 'failed', why: message }));
    socket.on('message', (data) => this.#receive(data));
    socket.on('ping', () => {
      this.pingsHeard += 1;
      this.changed();
    });
    socket.on('pong', (data) => {
      this.pongHeard = data.toString();
      this.changed();
    });
    socket.on('close', (code, reason) => {
      this.ending = { code, reason: reason.toString() };
      this.ended();
    });
  }

  send(frame: unknown, options: { binary?: boolean; fin?: boolean } = {}): void {
    const asIs = typeof frame === 'string' || Buffer.isBuffer(frame);
    // What a dead link does not take is seen by its ending.
    this.#socket.send(
      asIs ? frame : JSON.stringify(frame),
      { binary: false, ...options },
      () => {},
    );
  }

  /** Says where it stands. */
  resume(from: unknown): void {
    this.askedFrom ??= { from };
    this.send({ type: 'resume', data: { from } });
  }

  /** Wants everything, and reads several frames in a message. */
  batch(): void {
    this.readsBatches = true;
    this.send({ type: 'subscribe', data: { events: ['*'], batch: true } });
  }

  ping(data: string): void {
    this.#socket.ping(data, undefined, () => {});
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  drop(): void {
    this.#socket.terminate();
  }

  /** The first message from `since` on that is such a one. */
  find(since: number, isIt: (message: Readonly<Record<string, unknown>>) => boolean) {
    const found = this.frames.slice(since).find(({ message }) => message && isIt(message));
    return found?.message;
  }

  #open(opening: Opening): void {
    this.opening ??= opening;
    this.changed();
  }

  #receive(data: RawData): void {
    if (this.frames.length < FRAMES_KEPT) this.frames.push(...framesOf(data.toString()));
    this.changed();
  }
}

/** JSON may have line breaks between its parts: what is an object as a whole is one frame. */
function framesOf(text: string): Frame[] {
  const message = parseObject(text);
  const lines = text.split('\n');
  const frames = lines.filter((line) => line.trim() !== '');
  const whole: Frame = { text, message, batch: undefined };
  if (message || lines.length === 1 || frames.length === 0) return [whole];
  const parsed = frames.map(parseObject);
  if (parsed.every((each) => each === undefined)) return [whole];
  const batch: Batch = {
    frames: frames.length,
    bytes: Buffer.byteLength(text),
    hasEmptyLine: frames.length < lines.length,
  };
  return frames.map((line, index) => ({ text: line, message: parsed[index], batch }));
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function describeEnding(ending: Ending | undefined): string {
  if (!ending) return 'the link stayed open';
  if (ending.code === 1006)
    return 'the link broke off without a close frame, which a page sees as 1006';
  return `closed with ${ending.code}${ending.reason ? ` ${JSON.stringify(ending.reason)}` : ''}`;
}
