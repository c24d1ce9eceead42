/** `keepline/server/crossws`: limits, addresses and ends of links that crossws holds, on Node and on runtimes that can do less. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import crossws from 'crossws/adapters/node';
import { serve } from 'crossws/server';
import type { Realtime, RealtimeOptions } from 'keepline/server';
import { type CrosswsOptions, type CrosswsPeer, crosswsHooks } from 'keepline/server/crossws';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Client } from '../support/client.js';
import { ada, bruno, startRealtime, tokenOf } from '../support/link.js';

interface Running {
  readonly url: string;
  readonly realtime: Realtime;
}

/** An HTTP server whose upgrades all go to crossws, which names no address before them. */
async function start(
  given: Partial<RealtimeOptions> = {},
  options: CrosswsOptions = {},
): Promise<Running> {
  const realtime = startRealtime(given);
  const sockets = crossws({ hooks: crosswsHooks(realtime, options) });
  const http = createServer();
  http.on('upgrade', (request, socket, head) => void sockets.handleUpgrade(request, socket, head));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, realtime };
}

const dial = (url: string, who = ada, options = {}) => Client.withToken(url, tokenOf(who), options);

async function dialled(url: string, who = ada, options = {}): Promise<Client> {
  const client = dial(url, who, options);
  expect((await client.next())['type']).toBe('connected');
  return client;
}

describe('who may dial', () => {
  test('is turned away before the upgrade where the address is known by then', async () => {
    const realtime = startRealtime({ limits: { socketsPerAddress: 1 } });
    const server = serve({
      port: 0,
      hostname: '127.0.0.1',
      silent: true,
      fetch: () => new Response('a page'),
      websocket: crosswsHooks(realtime),
    });
    await server.ready();
    onTestFinished(async () => {
      await realtime.close();
      await server.close();
    });
    const url = String(server.url).replace(/\/$/, '');
    await dialled(url);
    const [, response] = await once(dial(url).socket, 'unexpected-response');
    expect(response.statusCode).toBe(429);
  });

  test('is closed with a code where the address is known only then', async () => {
    const { url } = await start({ limits: { socketsPerAddress: 1 } });
    const first = await dialled(url);
    expect((await dial(url).closed).code).toBe(4429);
    await first.settle();
  });

  test('is closed with another code where the server takes nobody', async () => {
    const { url } = await start({ limits: { sockets: 1 } });
    await dialled(url);
    expect((await dial(url).closed).code).toBe(1013);
  });

  test('is told apart by what a trusted proxy says, and by nothing that others may say', async () => {
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    const limits = { socketsPerAddress: 1 };
    const behind = await start({ limits }, { trustProxy: 1 });
    await dialled(behind.url, ada, from('192.0.2.1'));
    await dialled(behind.url, ada, from('192.0.2.2'));
    expect(behind.realtime.connections().map(({ remoteAddress }) => remoteAddress)).toEqual([
      '192.0.2.1',
      '192.0.2.2',
    ]);
    const open = await start({ limits });
    await dialled(open.url, ada, from('192.0.2.1'));
    expect((await dial(open.url, ada, from('192.0.2.2')).closed).code).toBe(4429);
  });

  test('is a page of the listed origins', async () => {
    const { url } = await start({}, { origins: ['https://crm.example'] });
    await dialled(url, ada, { origin: 'https://crm.example' });
    expect((await dial(url, ada, { origin: 'https://evil.example' }).closed).code).toBe(4403);
    expect(() => crosswsHooks(startRealtime(), { origins: ['crm.example'] })).toThrow(TypeError);
  });
});

describe('an open link', () => {
  test('is pinged, stays while it answers, and is cut when it does not', async () => {
    const { url, realtime } = await start();
    const alive = await dialled(url);
    const socket = new WebSocket(
      `${url.replace('http', 'ws')}/ws`,
      ['keepline.v1', `bearer.${tokenOf(bruno)}`],
      { autoPong: false },
    );
    onTestFinished(() => socket.terminate());
    const gone = once(socket, 'close');
    await once(socket, 'message');
    for (let round = 0; round < 3; round += 1) {
      const pinged = once(alive.socket, 'ping');
      realtime.checkLiveness();
      await pinged;
      await alive.settle();
    }
    expect((await gone)[0]).toBe(1006);
    expect(realtime.users()).toEqual([ada]);
  });

  test('whose peer goes on talking after our close is cut', async () => {
    const { url, realtime } = await start({ limits: { closeMs: 60_000, bytesAfterClose: 1000 } });
    const client = await dialled(url);
    const transport = Reflect.get(client.socket, '_socket');
    const closed = new Promise((resolve) => transport.once('close', resolve));
    // It neither reads our close nor stops; in the end it is reset.
    transport.pause();
    client.socket.on('error', () => undefined);
    realtime.kick({}, 4403);
    for (let count = 0; count < 20; count += 1) client.send('x'.repeat(100));
    await closed;
    client.socket.terminate();
  });

  test('whose peer leaves is gone from the list', async () => {
    const { url, realtime } = await start();
    const client = await dialled(url);
    client.socket.close(1000);
    await client.closed;
    await vi.waitFor(() => expect(realtime.size).toBe(0));
  });
});

/** What crossws gives where its runtime has no pings and reports no back-pressure. */
class PlainPeer {
  readonly request = new Request('http://crm.example/ws', {
    headers: { 'sec-websocket-protocol': `keepline.v1, bearer.${tokenOf(ada)}` },
  });
  readonly sent: string[] = [];
  closedWith: number | undefined;
  ended = false;
  ping() {
    throw new Error('this runtime cannot ping');
  }
  send(text: string) {
    this.sent.push(text);
  }
  close(code?: number) {
    this.closedWith = code;
  }
  terminate() {
    this.ended = true;
  }
}
class OtherPeer extends PlainPeer {}

describe('on a runtime that can do less', () => {
  async function open(realtime: Realtime) {
    const hooks = crosswsHooks(realtime);
    const peer = new OtherPeer() as PlainPeer & CrosswsPeer;
    hooks.open(peer);
    onTestFinished(() => hooks.close(peer, {}));
    await vi.waitFor(() => expect(realtime.size).toBe(1));
    return { hooks, peer };
  }

  test('nobody is cut for pongs that cannot be asked for', async () => {
    const realtime = startRealtime();
    const { peer } = await open(realtime);
    for (let round = 0; round < 5; round += 1) realtime.checkLiveness();
    expect(peer.ended).toBe(false);
    expect(realtime.connections()).toMatchObject([{ remoteAddress: '', bufferedBytes: 0 }]);
  });

  test('a message that cannot be read at once is malformed', async () => {
    const { hooks, peer } = await open(startRealtime());
    hooks.message(peer, { rawData: new Blob(['{"type":"ping"}']) });
    expect(peer.closedWith).toBe(4400);
  });

  test('a peer that does not answer a close is cut when its time is up', async () => {
    const realtime = startRealtime();
    const { peer } = await open(realtime);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    realtime.kick({}, 4403);
    vi.advanceTimersByTime(1999);
    expect(peer.ended).toBe(false);
    vi.advanceTimersByTime(1);
    expect(peer.ended).toBe(true);
  });
});
