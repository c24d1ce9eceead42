// A WebSocket of the library `ws` as the rest of the server knows it.
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Limits } from '../limits.js';
import type { Incoming, Link } from '../types.js';

/** The same text goes to many links one after the other: its bytes are made once. */
let lastText = '';
let lastBytes = Buffer.alloc(0);

function bytesOf(text: string): Buffer {
  if (text !== lastText) {
    lastText = text;
    lastBytes = Buffer.from(text);
  }
  return lastBytes;
}

export class SocketLink implements Link {
  readonly remoteAddress: string;
  readonly #socket: WebSocket;
  readonly #transport: Duplex;
  readonly #limits: Limits;
  #closing = false;

  constructor(socket: WebSocket, transport: Duplex, remoteAddress: string, limits: Limits) {
    this.#socket = socket;
    this.#transport = transport;
    this.remoteAddress = remoteAddress;
    this.#limits = limits;
    // `ws` closes by itself after an error (too large, not UTF-8, bad framing). Without a listener it would
    // end the process.
    socket.on('error', () => this.close(1002, ''));
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(text: string): void {
    this.#socket.send(bytesOf(text), { binary: false });
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
