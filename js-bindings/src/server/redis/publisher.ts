// For processes that hold no sockets: a back end's job, a script, another service.
import { type Publication, type Published, readPublication } from '../publish.js';
import { RedisConnection } from './connection.js';
import { type RedisOptions, readRedisOptions } from './options.js';
import { Writer } from './writer.js';

export interface RedisPublisher {
  /**
   * As `publish` of a server: to all nodes on this Redis. Resolves once it is in the log; rejects with a
   * TypeError for what is no event, and with an Error where Redis does not say that it is written.
   */
  publish(event: Publication): Promise<Published>;
  close(): Promise<void>;
}

/** Throws a TypeError or a RangeError that names a wrong option. */
export function redisPublisher(
  options: Omit<RedisOptions, 'whenLogDown' | 'checkMs'>,
): RedisPublisher {
  const settings = readRedisOptions('redisPublisher', options);
  const nothing = () => undefined;
  const connection = new RedisConnection(settings, 'publisher', {
    ready: nothing,
    changed: nothing,
  });
  const writer = new Writer(connection, settings);
  return {
    publish: async (event) => writer.publish(readPublication(event)),
    close: () => connection.close(),
  };
}
