// One dial through the proxy, and the link that may come of it: what it did to the upgrade, what it lets
// through in either direction, and what it saw pass. Knows the wire; knows nothing of servers or pages.
import { connect as connectTcp, Socket } from 'node:net';
import { AT_ONCE, Flow, type Pace } from './flow.js';
import { CONTINUATION, closeFrame, FrameReader, TEXT } from './web-socket-frames.js';

/** What becomes of a dial. */
export type DialFault =
  | 'pass'
  | 'never answer'
  | 'reset'
  | 'hang up'
  | 'answer nonsense'
  | `answer ${number}`
  | 'select no subprotocol'
  | 'select another subprotocol'
  | 'select the token'
  | 'hang up once open'
  | 'swallow every frame'
  | `close ${number} once open`
  | `close ${number} once greeted`;

/** What happens on a link, from when it is told. */
export type LinkFault =
  | 'none'
  | 'stall'
  | 'stall towards the page'
  | 'stall towards the server'
  | 'lose pongs'
  | 'late by 3 s'
  | 'trickle';

/** Two kilobytes a second, a few bytes at a time: no frame comes in one piece. */
const TRICKLE: Pace = { delayMs: 0, pieceBytes: 8, gapMs: 4 };
const LATE: Pace = { delayMs: 3000, pieceBytes: 0, gapMs: 0 };
const NOTHING = Buffer.alloc(0);
const END_OF_HEAD = '\r\n\r\n';
const PROTOCOL_LINE = /\r\nsec-websocket-protocol: [^\r]*/i;

export class ProxiedLink {
  readonly fault: DialFault;
  /** When the request for the upgrade was whole. */
  readonly atMs = Date.now();
  readonly #page: Socket;
  readonly #server: Socket;
  readonly #request: string;
  readonly #up: Flow;
  readonly #down: Flow;
  readonly #fromPage = new FrameReader();
  readonly #fromServer = new FrameReader();
  readonly #heard: string[] = [];
  readonly #unfinished: Buffer[] = [];
  #answer: Buffer | null = NOTHING;
  #losesPongs = false;

  constructor(
    page: Socket,
    request: Buffer,
    { target, fault, suffers }: { target: number; fault: DialFault; suffers: LinkFault },
  ) {
    this.fault = fault;
    this.#page = page;
    this.#request = request.toString('latin1');
    this.#server = new Socket({ allowHalfOpen: true });
    this.#up = new Flow(page, this.#server, {
      passed: (bytes) => this.#listen(bytes),
    });
    this.#down = new Flow(this.#server, page, {
      change: (chunk) => this.#judge(chunk),
    });
    for (const [one, other] of [
      [page, this.#server],
      [this.#server, page],
    ] as const) {
      // What is passed on in pieces arrives in pieces.
      one.setNoDelay(true);
      one.on('error', () => one.destroy());
      one.on('close', (broken) => {
        if (broken) other.resetAndDestroy();
      });
    }
    this.suffer(suffers);
    this.#begin(target);
  }

  /** Neither side has ended it, as far as the proxy can tell. */
  get isOpen(): boolean {
    return this.#answer === null && !this.#page.destroyed && !this.#page.writableEnded;
  }

  /** The texts that the page said and that were let through. */
  get heard(): readonly string[] {
    return this.#heard;
  }

  /** Between two frames of the server's. */
  inject(bytes: Buffer): void {
    this.#page.write(bytes);
  }

  /** Ends it without a close frame, as a process that ends does. */
  cut(): void {
    this.#page.end();
    this.#server.end();
  }

  reset(): void {
    this.#page.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  suffer(fault: LinkFault): void {
    const stalls = fault === 'stall';
    this.#up.setHeld(stalls || fault === 'stall towards the server');
    this.#down.setHeld(stalls || fault === 'stall towards the page');
    this.#losesPongs = fault === 'lose pongs';
    const pace = fault === 'late by 3 s' ? LATE : fault === 'trickle' ? TRICKLE : AT_ONCE;
    this.#up.setPace(pace);
    this.#down.setPace(pace);
  }

  destroy(): void {
    this.#up.stop();
    this.#down.stop();
    this.#page.destroy();
    this.#server.destroy();
  }

  #begin(target: number): void {
    const status = /^answer (\d+)$/.exec(this.fault)?.[1];
    if (this.fault === 'never answer') this.#page.resume();
    else if (this.fault === 'reset') this.#page.resetAndDestroy();
    else if (this.fault === 'hang up') this.#turnAway('');
    else if (this.fault === 'answer nonsense') this.#turnAway('no server of any kind\r\n\r\n');
    else if (status !== undefined) {
      this.#turnAway(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    } else {
      this.#server.connect(target, '127.0.0.1');
      this.#up.unshift(Buffer.from(this.#request, 'latin1'));
    }
  }

  /** A server that is done with a connection keeps no half of it. */
  #turnAway(answer: string): void {
    this.#page.once('finish', () => this.#page.destroy());
    this.#page.end(answer);
  }

  /** What the page says: written down as it is passed on, once its request was answered. */
  #listen(bytes: Buffer): void {
    if (this.#answer !== null) return;
    for (const { opcode, last, payload } of this.#fromPage.read(bytes)) {
      if (opcode !== TEXT && opcode !== CONTINUATION) continue;
      // Browsers send what is long in several frames.
      this.#unfinished.push(payload);
      if (last) this.#heard.push(Buffer.concat(this.#unfinished.splice(0)).toString());
    }
  }

  /** What the server says: its answer to the upgrade first, then frames. */
  #judge(chunk: Buffer): Buffer {
    if (this.#answer === null) return this.#sift(chunk);
    this.#answer = Buffer.concat([this.#answer, chunk]);
    const end = this.#answer.indexOf(END_OF_HEAD);
    if (end === -1) return NOTHING;
    const head = Buffer.from(this.#rewrite(this.#answer.toString('latin1', 0, end + 4)), 'latin1');
    const rest = this.#answer.subarray(end + 4);
    this.#answer = null;
    if (this.fault === 'swallow every frame') this.#up.setHeld(true);
    const code = /^close (\d+) once open$/.exec(this.fault)?.[1];
    if (code !== undefined) this.#endWith(Buffer.concat([head, closeFrame(Number(code))]));
    else if (this.fault === 'hang up once open') this.#endWith(head);
    else return Buffer.concat([head, this.#sift(rest)]);
    return NOTHING;
  }

  #endWith(lastWords: Buffer): void {
    this.#page.end(lastWords);
    this.#server.destroy();
  }

  #rewrite(head: string): string {
    const select = (protocol: string) =>
      head.replace(PROTOCOL_LINE, `\r\nSec-WebSocket-Protocol: ${protocol}`);
    if (this.fault === 'select no subprotocol') return head.replace(PROTOCOL_LINE, '');
    if (this.fault === 'select another subprotocol') return select('graphql-ws');
    if (this.fault === 'select the token') {
      return select(/bearer\.[^,\s]+/.exec(this.#request)?.[0] ?? 'no token was offered');
    }
    return head;
  }

  #sift(chunk: Buffer): Buffer {
    if (this.fault === 'swallow every frame') return NOTHING;
    const frames = this.#fromServer.read(chunk);
    const code = /^close (\d+) once greeted$/.exec(this.fault)?.[1];
    const [greeting] = frames;
    if (code !== undefined && greeting) {
      this.#endWith(Buffer.concat([greeting.bytes, closeFrame(Number(code))]));
      return NOTHING;
    }
    const kept = frames.filter(
      ({ opcode, payload }) =>
        !(this.#losesPongs && opcode === TEXT && payload.toString().startsWith('{"type":"pong"')),
    );
    return Buffer.concat(kept.map(({ bytes }) => bytes));
  }
}

/** A connection to the target that nobody listens in on. */
export function pipeThrough(page: Socket, request: Buffer, target: number): void {
  const server = connectTcp(target, '127.0.0.1');
  server.write(request);
  page.pipe(server).pipe(page);
  server.on('error', () => page.destroy());
  page.on('close', () => server.destroy());
}
