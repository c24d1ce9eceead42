// Readers that are behind take turns, a page each, and leave the loop its other work in between.

export interface Behind {
  /** Sends one page; true where it could send another at once. */
  step(): boolean;
}

/** Of one turn of the loop. */
const sliceMs = 8;

export class Replays {
  #turn: Behind[] = [];
  #next: Behind[] = [];
  #isScheduled = false;

  add(reader: Behind): void {
    this.#next.push(reader);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    const until = performance.now() + sliceMs;
    do {
      if (this.#turn.length === 0) {
        // The last is taken first, which nobody waits longer for: all have one turn a round.
        [this.#turn, this.#next] = [this.#next, this.#turn];
      }
      const reader = this.#turn.pop();
      if (!reader) break;
      if (reader.step()) this.#next.push(reader);
    } while (performance.now() < until);
    this.#isScheduled = this.#turn.length + this.#next.length > 0;
    if (this.#isScheduled) setImmediate(() => this.#run());
  }
}
