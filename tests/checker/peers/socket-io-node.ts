// A process: a node of Socket.IO with its Redis Streams adapter, set up as their documentation says for clients that
// come back. It has one of several nodes' Redis in REDIS_URL.
import { createServer } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { answer } from '../../bench/server-half/answering.js';
import { type Addressed, retainEvents, type Some, someOf, tenants } from '../population.js';
import type { Written } from './judge-moments.js';

/** A supervisor kills one that takes longer to end. */
const graceMs = 3000;

const redis = createClient({ url: process.env['REDIS_URL'] ?? '' });
redis.on('error', () => undefined);
await redis.connect();

const http = createServer((_, response) => response.end());
const io = new Server(http, {
  serveClient: false,
  transports: ['websocket'],
  connectionStateRecovery: {},
  // One stream for all: as long as those of all tenants together.
  adapter: createAdapter(redis, { maxLen: retainEvents * tenants.length }),
  // As often as the other's clients ask, and as patient.
  pingInterval: 5000,
  pingTimeout: 1000,
});

const roomOf = (tenant: string, user?: string): string =>
  user === undefined ? tenant : `${tenant}/${user}`;

io.use((socket, next) => {
  const { token } = socket.handshake.auth as { token: string };
  const [tenant = '', user = ''] = token.split('~');
  socket.data = { tenant, user };
  next();
});
io.on('connection', (socket) => {
  const { tenant, user } = socket.data as { tenant: string; user: string };
  // One that was recovered is in its rooms.
  if (!socket.recovered) void socket.join([roomOf(tenant), roomOf(tenant, user)]);
});

/** What the adapter is waiting for: `emit` itself says nothing of it. */
let writing: Promise<unknown> = Promise.resolve();
interface Publishing {
  doPublish(message: unknown): Promise<unknown>;
}
const adapter = io.of('/').adapter as unknown as Publishing;
const doPublish = adapter.doPublish.bind(adapter);
adapter.doPublish = (message) => {
  const written = doPublish(message);
  writing = written;
  return written;
};

const sockets = new Set<TcpSocket>();
http.on('connection', (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
});
await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));

const answers = {
  port: () => (http.address() as AddressInfo).port,
  /** Answered once Redis has answered, or failed. */
  publish: async ({ n, tenant, to, type, text }: Addressed): Promise<Written> => {
    const rooms = to === 'tenant' ? [roomOf(tenant)] : to.users.map((user) => roomOf(tenant, user));
    const fromMs = Date.now();
    io.to(rooms).emit(type, { n, text });
    const isConfirmed = await writing.then(
      () => true,
      () => false,
    );
    return { fromMs, untilMs: Date.now(), isConfirmed };
  },
  /** Some read nothing for a while: what is sent to them waits in this process. */
  hold: ({ ms, ...which }: Some & { readonly ms: number }) => {
    for (const socket of someOf(sockets, which)) {
      socket.cork();
      setTimeout(() => socket.uncork(), ms);
    }
  },
  drain: async () => {
    const ended = (async () => {
      await io.close();
      // What it keeps of its sessions is on its way.
      await redis.close();
    })();
    await Promise.race([ended, sleep(graceMs)]);
  },
};
export type SocketIoNodeAnswers = typeof answers;
answer(answers);
