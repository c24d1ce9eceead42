// Which messages were done, and with what result, in Redis: claimed by whoever comes first.
import { randomUUID } from 'node:crypto';
import type { Answer, Answers, MessageKey } from '../event-log/answers.js';
import type { RedisConnection } from './connection.js';
import { keysOf } from './keys.js';
import type { RedisSettings } from './options.js';
import { claimScript, releaseScript } from './scripts.js';

/** Before a result, and before the name of whoever works on it. */
const mark = { done: 'd', working: 'w' } as const;

export class AnswersInRedis implements Answers {
  readonly #connection: RedisConnection;
  readonly #settings: RedisSettings;
  /** What this process claims is its own to release. */
  readonly #own = `${mark.working}${randomUUID()}`;

  constructor(connection: RedisConnection, settings: RedisSettings) {
    this.#connection = connection;
    this.#settings = settings;
  }

  async claim(of: MessageKey, ms: number): Promise<Answer | null> {
    const kept = await this.#connection.run<string | null>(
      claimScript,
      [this.#keyOf(of)],
      [this.#own, ms],
      this.#settings,
    );
    if (kept === null) return null;
    return kept.startsWith(mark.done) ? { json: kept.slice(mark.done.length) } : 'working';
  }

  async keep(of: MessageKey, answer: Answer, ms: number): Promise<void> {
    const value = answer === 'working' ? this.#own : `${mark.done}${answer.json}`;
    const command = ['SET', this.#keyOf(of), value, 'PX', String(ms)];
    await this.#connection.send(command, this.#settings);
  }

  async release(of: MessageKey): Promise<void> {
    await this.#connection.run(releaseScript, [this.#keyOf(of)], [this.#own], this.#settings);
  }

  #keyOf({ tenant, user, type, id }: MessageKey): string {
    return keysOf(this.#settings.prefix, tenant).answer(user, type, id);
  }
}
