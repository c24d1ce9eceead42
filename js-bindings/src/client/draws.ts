// Waits that are drawn for tries of the application's own, by whichever engine is there or comes.
import { checkFailures } from './argument-checks.js';

/** The engine's side. Rejects where it is gone before it has answered. */
interface Drawing {
  drawWait(failures: number): Promise<number | null>;
}

export class Draws {
  #by: Drawing | null = null;
  #waiting: (() => void)[] = [];
  #ended = false;

  /** From now on; null: until another is there. */
  drawBy(engine: Drawing | null): void {
    this.#by = engine;
    if (engine) this.#look();
  }

  /** There is no next try. */
  end(): void {
    this.#ended = true;
    this.#look();
  }

  /** Throws `option_invalid` for what is no number of failures. */
  draw(failures: number): Promise<number | null> {
    checkFailures(failures);
    return new Promise((resolve) => this.#draw(failures, resolve));
  }

  #draw(failures: number, resolve: (ms: number | null) => void): void {
    const again = () => this.#draw(failures, resolve);
    if (this.#ended) resolve(null);
    else if (this.#by) this.#by.drawWait(failures).then(resolve, again);
    else this.#waiting.push(again);
  }

  #look(): void {
    for (const draw of this.#waiting.splice(0)) draw();
  }
}
