// What arrives in one turn of Node's loop, of however many links, is taken in slices. The loop reads every socket
// that has something before it comes round to timers and to whoever waits for a page of events: ten thousand
// that all speak at once would hold up everybody else for as long as all of them take. Knows no socket.

/** A link whose bytes wait where they are; it is paused meanwhile, and waits once. */
export interface Waiting {
  readOn(): void;
}

/** Of one turn of the loop. */
const sliceMs = 8;
/** Of all that wait, as they came; what comes beyond them is taken at once, however late that makes the turn. */
const waitingBytesMax = 16 * 1024 * 1024;

export class Intake {
  /** The longest first. */
  readonly #waiting: { readonly link: Waiting; readonly bytes: number }[] = [];
  #bytes = 0;
  /** Monotonic ms; null before the first read of a turn. */
  #until: number | null = null;
  #isServing = false;
  /** Of a turn in which the first had to wait: it is long enough already. */
  #isSpent = false;

  /** Whether what has just been read may be taken now; if not, its link is to `wait`. */
  hasTime(): boolean {
    if (this.#isServing || this.#bytes >= waitingBytesMax) return true;
    if (this.#until !== null) return performance.now() <= this.#until;
    this.#until = performance.now() + sliceMs;
    setImmediate(() => this.#serve());
    return true;
  }

  wait(link: Waiting, bytes: number): void {
    this.#isSpent ||= this.#waiting.length === 0;
    this.#waiting.push({ link, bytes });
    this.#bytes += bytes;
  }

  #serve(): void {
    const until = performance.now() + sliceMs;
    let served = 0;
    if (!this.#isSpent) {
      this.#isServing = true;
      for (const { link, bytes } of this.#waiting) {
        if (performance.now() > until) break;
        served += 1;
        this.#bytes -= bytes;
        link.readOn();
      }
      this.#isServing = false;
      this.#waiting.splice(0, served);
    }
    this.#isSpent = false;
    const isDone = this.#waiting.length === 0;
    // Whoever speaks while others wait comes after them.
    this.#until = isDone ? null : Number.NEGATIVE_INFINITY;
    if (!isDone) setImmediate(() => this.#serve());
  }
}
