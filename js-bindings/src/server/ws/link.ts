// A WebSocket of the library `ws` as the rest of the server knows it.
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Limits } from '../limits.js';
import type { Incoming, Link } from '../types.js';
import type { Intake, Waiting } from './intake.js';

/** Final, text; a server's frame is not masked: RFC 6455, 5.2. */
const textFrame = 0x81;
const lengthIn16Bits = 126;
const lengthIn64Bits = 127;

function frameOf(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const head = size < lengthIn16Bits ? 2 : size <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + size);
  frame[0] = textFrame;
  if (head === 2) frame[1] = size;
  else if (head === 4) {
    frame[1] = lengthIn16Bits;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = lengthIn64Bits;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  frame.write(text, head);
  return frame;
}

/** The same text goes to many links one after the other: its frame is made once. */
let lastText = '';
let lastFrame = frameOf('');

function sharedFrameOf(text: string): Buffer {
  if (text !== lastText) {
    lastText = text;
    lastFrame = frameOf(text);
  }
  return lastFrame;
}

type TakeBytes = (this: Duplex, bytes: Buffer) => void;

export class SocketLink implements Link, Waiting {
  readonly remoteAddress: string;
  readonly #socket: WebSocket;
  readonly #transport: Duplex;
  readonly #limits: Limits;
  #closing = false;

  constructor(
    socket: WebSocket,
    transport: Duplex,
    remoteAddress: string,
    limits: Limits,
    intake: Intake,
  ) {
    this.#socket = socket;
    this.#transport = transport;
    this.remoteAddress = remoteAddress;
    this.#limits = limits;
    // `ws` closes by itself after an error (too large, not UTF-8, bad framing). Without a listener it would
    // end the process.
    socket.on('error', () => this.close(1002, ''));
    this.#takeInTurns(intake);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /**
   * Past `ws` where nothing is compressed, since it would write head and text apart for each link; what it
   * writes itself, answers to pings and closes, goes out in the same order.
   */
  send(text: string): void {
    const { extensions, readyState, OPEN } = this.#socket;
    if (extensions === '' && readyState === OPEN) this.#transport.write(sharedFrameOf(text));
    else this.#socket.send(text);
  }

  corked(write: () => void): void {
    this.#transport.cork();
    try {
      write();
    } finally {
      this.#transport.uncork();
    }
  }

  whenDrained(then: () => void): void {
    if (this.#transport.writableNeedDrain) this.#transport.once('drain', then);
    else setImmediate(then);
  }

  /**
   * The peer's answer is waited for, but neither long nor at any price: what it says instead is read up to a
   * bound, since the answer stands behind whatever was on its way. Cut there, a peer in the middle of a
   * message that is too large would never read why: it is left unread until the time is up.
   */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.close(code, reason);
    const patience = setTimeout(() => this.terminate(), this.#limits.closeMs);
    let left = this.#limits.bytesAfterClose;
    const count = (bytes: Buffer) => {
      left -= bytes.length;
      if (left < 0) this.#transport.pause();
    };
    this.#transport.on('data', count);
    this.#transport.once('close', () => clearTimeout(patience));
  }

  terminate(): void {
    this.#closing = true;
    this.#socket.terminate();
  }

  ping(): void {
    this.#socket.ping();
  }

  /** What was put back is read, unless whoever paused this link has yet to resume it. */
  readOn(): void {
    // What is left of one that has gone `ws` reads itself.
    if (this.#transport.destroyed || this.#socket.isPaused) return;
    this.#transport.resume();
    this.#transport.read();
  }

  /**
   * Stands before the listener that `ws` has for bytes, and goes by its name, so that `ws` takes it off as its
   * own. The bytes that have no time now go back to where they came from, and none of this link can overtake them.
   */
  #takeInTurns(intake: Intake): void {
    const transport = this.#transport;
    const [take] = transport.listeners('data') as TakeBytes[];
    if (!take) return;
    const inTurn = (bytes: Buffer) => {
      // Whoever listens as well would hear twice of what is put back.
      if (intake.hasTime() || transport.listenerCount('data') > 1) take.call(transport, bytes);
      else {
        transport.pause();
        transport.unshift(bytes);
        intake.wait(this, bytes.length);
      }
    };
    transport.off('data', take);
    transport.on('data', Object.assign(inTurn, { listener: take }));
  }

  /** From now on `incoming` is told what this link's peer says. */
  tell(incoming: Incoming): void {
    const socket = this.#socket;
    socket.on('message', (data: Buffer, isBinary) => {
      incoming.message(isBinary ? data : data.toString(), data.length);
    });
    socket.on('pong', () => incoming.pong());
    socket.once('close', (code: number) => incoming.closed(code));
  }
}
