// A process: one node under test. node.ts keepline [--count-bytes] | ws | socket.io [--recovers] | guarded ISSUER
//
// `guarded` is Keepline with its default limits and tokens of an issuer; the others take 10,000 links of one
// machine, and everybody's word for who he is. With REDIS_URL it is one of several.
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createRealtime, type RealtimeOptions, type Verify } from 'keepline/server';
import { verifyOidc } from 'keepline/server/oidc';
import { redisLog } from 'keepline/server/redis';
import { attach } from 'keepline/server/ws';
import { createClient } from 'redis';
import { Server as SocketIoServer } from 'socket.io';
import { WebSocketServer } from 'ws';
import { answer, monotonicMs } from './answering.js';
import { type LongestTurns, watchLoop } from './loop-watch.js';
import { readMemory } from './memory.js';

const [kind = '', issuer = ''] = process.argv.slice(2);
/** Of several nodes. */
const redisUrl = process.env['REDIS_URL'];
const tenant = 'acme';
const audience = 'https://api.crm.example';

type Publish = (data: object) => void;

/** A token is its user's name here; its claims are as many as an issuer writes. */
const takeAtWord: Verify = Object.assign(
  (user: string) => {
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const claims = {
      iss: 'https://id.crm.example/',
      aud: audience,
      sub: user,
      org_id: tenant,
      exp,
    };
    return { tenant, user, expiresAt: exp * 1000, claims };
  },
  { knows: () => true },
);

function serveKeepline(http: Server, options: RealtimeOptions): Publish {
  const realtime = createRealtime(options);
  attach(http, realtime);
  return (data) => void realtime.publish({ tenant, to: 'tenant', type: 'note', data });
}

function serveWs(http: Server): Publish {
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (bytes) => {
      const { type, id } = JSON.parse(String(bytes)) as { type: string; id: string };
      if (type === 'ping') socket.send(JSON.stringify({ type: 'pong', id }));
    });
    socket.send('{"type":"connected"}');
  });
  return (data) => {
    // As cheap as it can be had: its bytes are made once.
    const frame = Buffer.from(JSON.stringify({ type: 'note', data }));
    for (const socket of sockets.clients) socket.send(frame, { binary: false });
  };
}

async function serveSocketIo(http: Server): Promise<Publish> {
  const recovers = process.argv.includes('--recovers') && { connectionStateRecovery: {} };
  const adapter = redisUrl && createAdapter(await openRedis(redisUrl));
  const server = new SocketIoServer(http, {
    serveClient: false,
    transports: ['websocket'],
    ...recovers,
    ...(adapter && { adapter }),
  });
  server.on('connection', (socket) => {
    void socket.join(tenant);
    socket.on('ask', (done: () => void) => done());
  });
  return (data) => void server.to(tenant).emit('note', data);
}

async function openRedis(url: string) {
  const client = createClient({ url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function serve(http: Server): Publish | Promise<Publish> {
  if (kind === 'ws') return serveWs(http);
  if (kind === 'socket.io') return serveSocketIo(http);
  if (kind === 'keepline') {
    const limits = { socketsPerAddress: 1e6, socketsPerUser: 1e6 };
    const log = redisUrl ? redisLog({ url: redisUrl }) : undefined;
    return serveKeepline(http, { verify: takeAtWord, limits, log });
  }
  // Asked for at once whenever a token names a key that is not there: the worst that strangers can make of it.
  const verify = verifyOidc({ issuer, audience, keys: { cooldownMs: 0, failureCooldownMs: 0 } });
  return serveKeepline(http, { verify });
}

const http = createServer({ connectionsCheckingInterval: 5000 }, (_, response) => response.end());
/** Bytes that were read of each connection that has ended. */
const readOfEnded: number[] = [];
// A listener that each link would pay for, where its memory is measured.
if (process.argv.includes('--count-bytes')) {
  http.on('connection', (socket: Socket) => {
    socket.once('close', () => readOfEnded.push(socket.bytesRead));
  });
}
const publish = await serve(http);
await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
const { port } = http.address() as AddressInfo;

interface Paced {
  readonly perSec: number;
  readonly seconds: number;
  readonly note: string;
}

let longestTurns = (): LongestTurns => ({ lateMs: 0, busyMs: 0 });

const answers = {
  port: () => port,
  memory: readMemory,
  /** Resolves with the moment at which it began. */
  publish: (data: object) => {
    const beganAtMs = monotonicMs();
    publish(data);
    return beganAtMs;
  },
  publishMany: ({ count, data }: { readonly count: number; readonly data: object }) => {
    for (let sent = 0; sent < count; sent += 1) publish(data);
  },
  /** Evenly, each with the moment at which it was sent; resolves with how many there were. */
  publishPaced: async ({ perSec, seconds, note }: Paced) => {
    const beganAtMs = monotonicMs();
    let sent = 0;
    while (sent < perSec * seconds) {
      await new Promise((next) => setTimeout(next, 1));
      const due = Math.min(perSec * seconds, ((monotonicMs() - beganAtMs) / 1000) * perSec);
      for (; sent < due; sent += 1) publish({ at: monotonicMs(), note });
    }
    return sent;
  },
  watchLoop: () => {
    longestTurns = watchLoop();
  },
  longestTurns: () => longestTurns(),
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  readOfEnded: () => readOfEnded.splice(0),
};
export type NodeAnswers = typeof answers;
answer(answers);
