// How nodes talk to each other through Redis: one channel for all, and one for each. Nothing is kept: whoever does
// not listen at the moment has missed it.
import { randomBytes } from 'node:crypto';
import type { NodeBus } from '../event-log/event-log.js';
import type { RedisConnection } from './connection.js';
import { channelsOf } from './keys.js';

export class RedisNodeBus implements NodeBus {
  readonly id = randomBytes(9).toString('base64url');
  readonly #commands: RedisConnection;
  readonly #ears: RedisConnection;
  readonly #channels: ReturnType<typeof channelsOf>;

  constructor(prefix: string, commands: RedisConnection, ears: RedisConnection) {
    this.#channels = channelsOf(prefix);
    this.#commands = commands;
    this.#ears = ears;
  }

  send(message: string, to?: string): void {
    const { all, node } = this.#channels;
    this.#commands.say(to === undefined ? all : node(to), `${this.id} ${message}`);
  }

  listen(hear: (from: string, message: string) => void): () => void {
    const take = (text: string) => {
      const at = text.indexOf(' ');
      if (at > 0) hear(text.slice(0, at), text.slice(at + 1));
    };
    const channels = [this.#channels.all, this.#channels.node(this.id)];
    // A connection that is lost subscribes again by itself; one that was closed hears nothing.
    for (const channel of channels) this.#ears.subscribe(channel, take).catch(() => undefined);
    return () => {
      for (const channel of channels) this.#ears.unsubscribe(channel).catch(() => undefined);
    };
  }
}
