// A process: a node under test, as an application writes it. With REDIS_URL it is one of several.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRealtime, type MemoryLog, memoryLog, type Verify } from 'keepline/server';
import { redisLog } from 'keepline/server/redis';
import { attach } from 'keepline/server/ws';
import { answer } from '../bench/server-half/answering.js';
import { HeldLink } from './held-link.js';
import { type Addressed, retainEvents, type Some, someOf } from './population.js';

/** Everybody's word for who he is. */
const verify: Verify = Object.assign(
  (token: string) => {
    const [tenant = '', user = ''] = token.split('~');
    return { tenant, user, expiresAt: Number.POSITIVE_INFINITY, claims: {} };
  },
  { knows: () => true },
);

/** When clients had something done here, told when it is done: an answer may not reach them. */
const applied = new Map<string, number[]>();
/** Another process knows nothing of what an earlier one has done. */
const life = randomUUID();

const url = process.env['REDIS_URL'];
const log = url
  ? redisLog({ url, retainEvents, checkMs: 2000, waitMs: 3000 })
  : memoryLog({ retainEvents });
const realtime = createRealtime({
  verify,
  log,
  heartbeatMs: 5000,
  limits: {
    socketsPerAddress: 1e4,
    socketsPerUser: 1e3,
    // So little that a reader who pauses for seconds is one that is slow.
    ...{ liveBytes: 4096, slowEvents: 30, slowMs: 2000, slowCloseMs: 5000 },
  },
  messages: {
    note: (_, { id, principal }) => {
      const key = `${principal.tenant}/${principal.user}/${id}`;
      applied.set(key, [...(applied.get(key) ?? []), Date.now()]);
      return { by: life };
    },
  },
});
const http = createServer((_, response) => response.end());
const links = new Set<HeldLink>();
attach(http, realtime, {
  accept: ({ link, socket, accept }) => {
    const held = new HeldLink(link);
    links.add(held);
    socket.once('close', () => links.delete(held));
    return accept(held);
  },
});
await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));

const answers = {
  port: () => (http.address() as AddressInfo).port,
  life: () => life,
  publish: async (event: Addressed) => {
    const { n, text, ...addressed } = event;
    const written = await realtime.publish({ ...addressed, id: `event-${n}`, data: { n, text } });
    return written.position;
  },
  trim: (tenant: string) => (log as MemoryLog).trim(tenant),
  /** Some read nothing for a while. */
  hold: ({ ms, ...which }: Some & { readonly ms: number }) => {
    for (const link of someOf(links, which)) link.hold(ms);
  },
  applied: () => [...applied],
  drain: ({ overMs, elsewhere }: { readonly overMs: number; readonly elsewhere: boolean }) =>
    realtime.drain(
      elsewhere ? { overMs, elsewhere } : { overMs, hint: { retryAfterMs: 300, spreadMs: 500 } },
    ),
};
export type NodeAnswers = typeof answers;
answer(answers);
