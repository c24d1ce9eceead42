// A link whose peer does not read for a while: what is sent to it waits here, as it would in the process once
// the kernel's own buffers, which hold megabytes over a loopback, are full.
import type { Link } from 'keepline/server';

export class HeldLink implements Link {
  readonly #link: Link;
  #held: string[] | null = null;
  #bytes = 0;
  #whenDrained: (() => void)[] = [];

  constructor(link: Link) {
    this.#link = link;
  }

  get remoteAddress(): string {
    return this.#link.remoteAddress;
  }

  get bufferedBytes(): number {
    return this.#link.bufferedBytes + this.#bytes;
  }

  hold(ms: number): void {
    if (this.#held) return;
    this.#held = [];
    setTimeout(() => this.#release(), ms);
  }

  send(text: string): void {
    if (this.#held) {
      this.#held.push(text);
      this.#bytes += text.length;
    } else this.#link.send(text);
  }

  whenDrained(then: () => void): void {
    if (this.#held) this.#whenDrained.push(then);
    else setImmediate(then);
  }

  /** Behind whatever still waits, as on a socket. */
  close(code: number, reason: string): void {
    this.#release();
    this.#link.close(code, reason);
  }

  terminate(): void {
    this.#held = null;
    this.#link.terminate();
  }

  ping(): void {
    this.#link.ping?.();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#bytes = 0;
    for (const text of held) this.#link.send(text);
    for (const then of this.#whenDrained.splice(0)) then();
  }
}
