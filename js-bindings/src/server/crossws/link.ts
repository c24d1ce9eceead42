// A peer of crossws as the rest of the server knows it.
import type { Limits } from '../limits.js';
import type { Incoming, Link } from '../types.js';

/** What is used of crossws's `Peer`. Named here, so that any version will do, and whoever bundles one. */
export interface CrosswsPeer {
  readonly remoteAddress?: string | undefined;
  readonly request: CrosswsRequest;
  /** 0 where the runtime does not say. */
  readonly bufferedAmount?: number;
  send(text: string): unknown;
  close(code?: number, reason?: string): void;
  terminate(): void;
  ping?(): unknown;
}

export interface CrosswsRequest {
  readonly url: string;
  readonly headers: Iterable<[string, string]>;
  /** Where srvx made it. */
  readonly ip?: string | undefined;
}

/** The base class has one that only warns: an adapter that can has its own. */
const canPing = (peer: CrosswsPeer) => Object.hasOwn(Object.getPrototypeOf(peer), 'ping');

export class CrosswsLink implements Link {
  readonly remoteAddress: string;
  readonly ping?: () => void;
  readonly #peer: CrosswsPeer;
  readonly #limits: Limits;
  #incoming: Incoming | undefined;
  #patience: NodeJS.Timeout | undefined;
  #closing = false;
  #bytesLeft: number;

  constructor(peer: CrosswsPeer, remoteAddress: string, limits: Limits) {
    this.#peer = peer;
    this.remoteAddress = remoteAddress;
    this.#limits = limits;
    this.#bytesLeft = limits.bytesAfterClose;
    if (canPing(peer)) this.ping = () => void peer.ping?.();
  }

  get bufferedBytes(): number {
    return this.#peer.bufferedAmount ?? 0;
  }

  send(text: string): void {
    this.#peer.send(text);
  }

  /** The peer's answer is waited for, but neither long nor at any price. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#patience = setTimeout(() => this.terminate(), this.#limits.closeMs);
    this.#peer.close(code, reason);
  }

  terminate(): void {
    this.#closing = true;
    this.#peer.terminate();
  }

  // ---- what the hooks tell

  /** From now on `incoming` is told what this link's peer says. */
  tell(incoming: Incoming): void {
    this.#incoming = incoming;
  }

  heard(message: unknown): void {
    const bytes = bytesOf(message);
    const size = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
    if (this.#closing) {
      this.#bytesLeft -= size;
      if (this.#bytesLeft < 0) this.terminate();
    } else this.#incoming?.message(bytes, size);
  }

  pong(): void {
    this.#incoming?.pong();
  }

  closed(code: number): void {
    clearTimeout(this.#patience);
    this.#closing = true;
    this.#incoming?.closed(code);
  }
}

/** What cannot be read at once, a blob, is no message of the protocol's: it is nothing, which is malformed. */
function bytesOf(message: unknown): string | Uint8Array {
  if (typeof message === 'string' || message instanceof Uint8Array) return message;
  return message instanceof ArrayBuffer ? new Uint8Array(message) : new Uint8Array();
}
