/**
 * Writes into a log that other processes have too, and that may be away for a while: the events of one user one
 * after the other, since what is written again after an outage would overtake what came later. Each has an id of
 * its own, so that it may be written again.
 */
import { randomUUID } from 'node:crypto';
import { type Publication, type UserKey, UserMap } from 'keepline/server';

/** Of one user: more is an outage that nobody would read to the end. */
const WAITING_MAX = 1000;

interface Line {
  last: Promise<void>;
  waiting: number;
}

export class OrderedWriter {
  readonly #publish: (event: Publication) => Promise<unknown>;
  readonly #lines = new UserMap<Line>();

  constructor(publish: (event: Publication) => Promise<unknown>) {
    this.#publish = publish;
  }

  /** Resolves when it is written; rejects where it is not, or not known to be. */
  async write(owner: UserKey, type: string, data: unknown): Promise<void> {
    const line = this.#lines.getOrCreate(owner, () => ({ last: Promise.resolve(), waiting: 0 }));
    if (line.waiting >= WAITING_MAX) {
      throw new Error('too many events of this user wait for the log');
    }
    line.waiting += 1;
    const written = line.last.then(() => this.#writeNow(owner, type, data));
    line.last = written.catch(() => undefined);
    try {
      await written;
    } finally {
      line.waiting -= 1;
      if (line.waiting === 0) this.#lines.delete(owner);
    }
  }

  async #writeNow({ tenant, user }: UserKey, type: string, data: unknown): Promise<void> {
    await this.#publish({ tenant, to: { users: [user] }, type, data, id: randomUUID() });
  }
}
