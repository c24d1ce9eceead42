/** Many links that speak at once: none holds up the loop for all of them, and none loses a word by waiting. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AttachOptions, attach, type OpenedLink } from 'keepline/server/ws';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Intake } from '../../../js-bindings/src/server/ws/intake.js';
import { Client } from '../support/client.js';
import { ada, startRealtime, tokenOf } from '../support/link.js';

/** Longer than one turn of the loop gives to what it reads. */
const workMs = 9;

interface Heard {
  readonly who: string;
  readonly n: number;
  /** Of the loop. */
  readonly turn: number;
}

/** A server that is long at each message, and counts the turns of its loop meanwhile. */
async function start(options: AttachOptions = {}, onWork: (who: string) => void = () => undefined) {
  const heard: Heard[] = [];
  let turn = 0;
  // Once a turn, before anything is read: whoever works takes longer than this.
  const timer = setInterval(() => {
    turn += 1;
  }, 1);
  const http = createServer();
  const realtime = startRealtime({
    messages: {
      work: (data) => {
        heard.push({ ...(data as { who: string; n: number }), turn });
        onWork((data as Heard).who);
        work();
      },
    },
  });
  attach(http, realtime, options);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    clearInterval(timer);
    http.closeAllConnections();
    http.close();
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const dial = async () => {
    const client = Client.withToken(url, tokenOf(ada));
    await client.next();
    return client;
  };
  const turnsOf = (who: string) =>
    heard.filter((each) => each.who === who).map((each) => each.turn);
  return { heard, realtime, dial, turnsOf };
}

function work(): void {
  const until = performance.now() + workMs;
  while (performance.now() < until);
}

const say = (client: Client, who: string, n = 0) =>
  client.send({ type: 'work', id: `${who}-${n}`, data: { who, n } });

test('links that speak at once are heard by turns of the loop, and each in its order', async () => {
  const { heard, dial } = await start();
  const clients = await Promise.all(Array.from({ length: 12 }, dial));
  const numbers = [0, 1, 2];
  // Written at once: all of it is there when the server reads.
  for (const [index, client] of clients.entries()) {
    for (const n of numbers) say(client, `${index}`, n);
  }
  for (const client of clients) for (const _ of numbers) await client.next();
  // None is left paused.
  for (const [index, client] of clients.entries()) {
    say(client, `${index}`, numbers.length);
    expect(await client.next()).toMatchObject({ type: 'ack', id: `${index}-${numbers.length}` });
  }
  for (const turn of new Set(heard.map((each) => each.turn))) {
    const links = heard.filter((each) => each.turn === turn).map(({ who }) => who);
    expect(new Set(links).size).toBe(1);
  }
  for (const index of clients.keys()) {
    const own = heard.filter(({ who }) => who === `${index}`);
    expect(own.map(({ n }) => n)).toEqual([...numbers, numbers.length]);
  }
});

test('who speaks while others wait comes after them', async () => {
  const clients: Client[] = [];
  const { dial, heard } = await start({}, (who) => {
    if (who === 'busy') say(clients[2] as Client, 'newcomer');
  });
  clients.push(await dial(), await dial(), await dial());
  for (const [index, who] of ['busy', 'waits'].entries()) say(clients[index] as Client, who);
  for (const client of clients) await client.next();
  expect(heard.map(({ who }) => who)).toEqual(['busy', 'waits', 'newcomer']);
});

test('what a link says while its words wait comes after them, however often it has to wait', async () => {
  const words = [0, 1, 2, 3];
  const later = words.slice(1);
  const clients: Client[] = [];
  const { dial, heard } = await start({}, (who) => {
    const n = who === 'talker' ? undefined : later.shift();
    if (n !== undefined) say(clients[5] as Client, 'talker', n);
  });
  for (let count = 0; count < 12; count += 1) clients.push(await dial());
  for (const [index, client] of clients.entries())
    say(client, index === 5 ? 'talker' : `busy ${index}`);
  for (const client of clients) await client.next();
  for (const _ of words.slice(1)) await clients[5]?.next();
  expect(heard.filter(({ who }) => who === 'talker').map(({ n }) => n)).toEqual(words);
});

test('one that goes while its words wait is heard to the end', async () => {
  const { dial, turnsOf, realtime } = await start();
  const [busy, closing, leaving] = [await dial(), await dial(), await dial()];
  say(busy, 'busy');
  say(closing, 'closing');
  closing.socket.close(1000, 'done');
  say(leaving, 'leaving');
  await new Promise<void>((sent) => leaving.socket.ping('', true, () => sent()));
  leaving.socket.terminate();
  expect(await closing.closed).toEqual({ code: 1000, reason: 'done' });
  await vi.waitFor(() => expect(realtime.size).toBe(1));
  const [first = 0] = turnsOf('busy');
  for (const who of ['closing', 'leaving']) {
    expect(turnsOf(who)).toEqual([expect.any(Number)]);
    expect(turnsOf(who)[0]).toBeGreaterThan(first);
  }
});

test('one that is paused while its words wait is heard when it is resumed', async () => {
  const opened: OpenedLink[] = [];
  const accept = (link: OpenedLink) => {
    opened.push(link);
    return link.accept(link.link);
  };
  const { dial, turnsOf } = await start({ accept }, (who) => {
    if (who === 'waits first') opened[2]?.socket.pause();
  });
  const clients = [await dial(), await dial(), await dial()] as const;
  say(clients[0], 'busy');
  say(clients[1], 'waits first');
  say(clients[2], 'is paused');
  expect(await clients[1].next()).toMatchObject({ type: 'ack' });
  // Long after its turn would have been.
  for (let n = 1; n <= 5; n += 1) {
    say(clients[0], 'busy', n);
    await clients[0].next();
  }
  expect(turnsOf('is paused')).toEqual([]);
  opened[2]?.socket.resume();
  expect(await clients[2].next()).toMatchObject({ type: 'ack', id: 'is paused-0' });
});

test('whoever else listens to the bytes of a link hears each once', async () => {
  const taken: Buffer[] = [];
  const accept = ({ accept: go, link, transport }: OpenedLink) => {
    transport.on('data', (bytes: Buffer) => taken.push(bytes));
    return go(link);
  };
  const { dial, heard } = await start({ accept });
  const clients = [await dial(), await dial(), await dial()];
  taken.length = 0;
  for (const [index, client] of clients.entries()) say(client, `${index}`);
  for (const client of clients) await client.next();
  expect(heard.map(({ who }) => who)).toEqual(['0', '1', '2']);
  // Two bytes of head and four of a mask: RFC 6455, 5.2.
  const frame = 6 + JSON.stringify({ type: 'work', id: '0-0', data: { who: '0', n: 0 } }).length;
  expect(Buffer.concat(taken).length).toBe(clients.length * frame);
});

test('what waits is bounded: what comes beyond it is taken at once, until there is room', async () => {
  const intake = new Intake();
  const read: string[] = [];
  const link = (name: string) => ({ readOn: () => read.push(name) });
  expect(intake.hasTime()).toBe(true);
  work();
  expect(intake.hasTime()).toBe(false);
  intake.wait(link('first'), 2 ** 24 - 1);
  expect(intake.hasTime()).toBe(false);
  intake.wait(link('second'), 1);
  expect(intake.hasTime()).toBe(true);
  await vi.waitFor(() => expect(read).toEqual(['first', 'second']));
  expect(intake.hasTime()).toBe(true);
  work();
  expect(intake.hasTime()).toBe(false);
});
