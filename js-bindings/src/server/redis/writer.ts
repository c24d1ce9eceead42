// Writes events into Redis: what a log of a node does, and a process that holds no sockets.
import { randomBytes } from 'node:crypto';
import type { LogEvent, Written } from '../event-log/event-log.js';
import type { RedisConnection } from './connection.js';
import { encodeEntry } from './entry.js';
import { keysOf } from './keys.js';
import type { RedisSettings } from './options.js';
import { publishScript } from './scripts.js';

/** What the next epoch would be called: each call's own. */
export const newEpoch = (): string => randomBytes(6).toString('base64url');

export class Writer {
  readonly #connection: RedisConnection;
  readonly #settings: RedisSettings;

  constructor(connection: RedisConnection, settings: RedisSettings) {
    this.#connection = connection;
    this.#settings = settings;
  }

  /**
   * Rejects within `waitMs` where Redis does not say that it is written. With an id it is written again where
   * a connection broke before the answer: without one, nobody could tell the second from the first.
   */
  async publish(event: LogEvent): Promise<Written> {
    const { prefix, engine, retainEvents, retainMs, idMs, waitMs } = this.#settings;
    const { meta, log, channel, id: idOf } = keysOf(prefix, event.tenant);
    const [position, isRepeat] = await this.#connection.run<[string, number]>(
      publishScript,
      [meta, log, ...(event.id === undefined ? [] : [idOf(event.id)])],
      [engine, newEpoch(), channel, retainEvents, encodeEntry(event), retainMs, idMs],
      { waitMs, once: event.id === undefined },
    );
    return { position, repeat: isRepeat === 1 };
  }
}
