// `keepline/server/redis`: one event log for many nodes. Needs the package `redis`.
export type { RedisOptions } from './options.js';
export { type RedisPublisher, redisPublisher } from './publisher.js';
export { type RedisLog, redisLog } from './redis-log.js';
