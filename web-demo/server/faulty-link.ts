/**
 * A link that can be made to suffer: it takes its time, or holds everything while the connection
 * stays up. Stands between the transport and the session, which knows nothing of it.
 */
import type { Duplex } from 'node:stream';
import type { Incoming, Link } from 'keepline/server';
import type { OpenedLink } from 'keepline/server/ws';
import type { WebSocket } from 'ws';
import { DelayLine } from './delay-line.js';

export class FaultyLink implements Link {
  readonly #link: Link;
  readonly #socket: WebSocket;
  readonly #transport: Duplex;
  readonly #inbound = new DelayLine();
  readonly #outbound = new DelayLine();
  readonly #closed: Promise<void>;
  #incoming: Incoming | undefined;
  #stalled = false;
  #isOpen = false;

  constructor({ link, socket, transport }: OpenedLink) {
    this.#link = link;
    this.#socket = socket;
    this.#transport = transport;
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  get remoteAddress(): string {
    return this.#link.remoteAddress;
  }

  /** What a fault holds back is no reader's slowness. */
  get bufferedBytes(): number {
    return this.#stalled ? 0 : this.#link.bufferedBytes;
  }

  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Verified, not closed, and letting messages through. */
  get isServing(): boolean {
    return this.#isOpen && !this.#stalled;
  }

  send(text: string): void {
    // Nothing is said to a link before its token is verified.
    this.#isOpen = true;
    this.#put(this.#outbound, Buffer.byteLength(text), () => this.#link.send(text));
  }

  /** Exactly these bytes: text for a text frame, a buffer for a binary one. */
  sendRaw(frame: string | Buffer): void {
    if (!this.#isOpen) return;
    const binary = typeof frame !== 'string';
    this.#put(this.#outbound, Buffer.byteLength(frame), () => this.#socket.send(frame, { binary }));
  }

  /** After what was said before it, where that takes a while. */
  close(code: number, reason: string): void {
    this.#put(this.#outbound, 0, () => this.#link.close(code, reason));
  }

  terminate(): void {
    this.#forgetHeld();
    this.#link.terminate();
  }

  /** Answered below what a page can see; a stalled link is not found out by it. */
  ping(): void {
    if (this.#stalled) this.#incoming?.pong();
    else this.#link.ping?.();
  }

  /** What the peer says reaches `incoming` late; `heard` is told at once. */
  passTo(incoming: Incoming, heard: (message: string | Uint8Array) => void): Incoming {
    this.#incoming = incoming;
    return {
      message: (message, size) => {
        // A server that greets nobody has said nothing yet.
        this.#isOpen = true;
        heard(message);
        this.#put(this.#inbound, size, () => incoming.message(message, size));
      },
      pong: () => incoming.pong(),
      closed: (code) => {
        this.#isOpen = false;
        this.#forgetHeld();
        incoming.closed(code);
      },
    };
  }

  /** Delays every message in both directions, in order. */
  setLatency(ms: number): void {
    this.#inbound.setDelay(ms);
    this.#outbound.setDelay(ms);
  }

  /**
   * Holds everything in both directions while the connection stays up: the half-open link that a
   * sleeping laptop or a lost route leaves behind. Whoever waits for an answer waits in vain, a
   * close handshake included.
   */
  setStalled(stalled: boolean): void {
    if (stalled === this.#stalled || this.#socket.readyState === this.#socket.CLOSED) return;
    this.#stalled = stalled;
    if (stalled) {
      this.#transport.cork();
      this.#socket.pause();
    } else {
      this.#transport.uncork();
      this.#socket.resume();
    }
  }

  /** Settles when the operating system has taken what was sent so far, or the link is gone. */
  async drained(): Promise<void> {
    if (!this.#transport.writableNeedDrain || this.#stalled) return;
    const taken = new Promise((resolve) => this.#transport.once('drain', resolve));
    await Promise.race([taken, this.#closed]);
  }

  #put(line: DelayLine, bytes: number, pass: () => void): void {
    // More was held back than there is room for.
    if (!line.put(bytes, pass)) this.terminate();
  }

  #forgetHeld(): void {
    this.#inbound.clear();
    this.#outbound.clear();
  }
}
