/** The proxy that the fault tests put between browser and server: each fault by itself, without a browser. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { FaultProxy } from '../browser/faults/fault-proxy.js';
import { closeFrame, FrameReader } from '../browser/faults/web-socket-frames.js';
import { Client } from './support/client.js';
import { waitFor } from './support/http.js';
import { startServer, type TestServer, tokenFor } from './support/server.js';

async function start() {
  const server = await startServer();
  const proxy = await FaultProxy.start(server.port);
  onTestFinished(() => proxy.close());
  const dial = async () => {
    const client = Client.withToken(proxy.url, await tokenFor(server, 'ada'));
    onTestFinished(() => client.socket.terminate());
    return client;
  };
  const connect = async () => {
    const client = await dial();
    expect((await client.next())['type']).toBe('connected');
    return client;
  };
  return { server, proxy, dial, connect };
}

/** The server has nothing that says this; the frame is as good as any. */
const speak = (server: TestServer, type: string) =>
  server.publish({ tenant: 'harbour', user: 'agent-1' }, type, {});

describe('a proxy without a fault', () => {
  test('passes pages, requests and links, and says what was heard', async () => {
    const { proxy, connect } = await start();
    const health = await fetch(`${proxy.url}/healthz`);
    expect(await health.json()).toMatchObject({ status: 'ok' });
    const client = await connect();
    client.send({ type: 'note', data: 1 });
    client.send({ type: 'ping', id: 'a' });
    expect(await client.next()).toMatchObject({ type: 'pong', id: 'a' });
    expect(proxy.heard(/^note$/)).toEqual([{ type: 'note', data: 1 }]);
    expect(proxy.openLinks).toHaveLength(1);
    client.socket.close();
    expect((await client.closed).code).toBe(1005);
    await waitFor(() => proxy.openLinks.length === 0);
  });

  test('passes a frame of a megabyte', async () => {
    const { server, connect } = await start();
    const client = await connect();
    server.panel?.emitRaw(
      { tenant: 'harbour', user: 'agent-1' },
      `{"type":"big","data":"${'x'.repeat(1_048_576)}"}`,
    );
    expect((await client.nextFrame()).text).toHaveLength(1_048_600);
  });
});

describe('a dial', () => {
  test.each([401, 403, 404, 426, 502, 503])('is answered %i', async (status) => {
    const { proxy, dial } = await start();
    proxy.dialsWill(`answer ${status}`);
    const [, response] = await once((await dial()).socket, 'unexpected-response');
    expect(response.statusCode).toBe(status);
  });

  test.each([
    ['reset', /ECONNRESET/],
    ['hang up', /socket hang up/],
    ['answer nonsense', /Parse Error/],
    ['select no subprotocol', /no subprotocol/],
    ['select another subprotocol', /invalid subprotocol/],
  ] as const)('that will %s fails as it should', async (fault, problem) => {
    const { proxy, dial } = await start();
    proxy.dialsWill(fault);
    const [error] = await once((await dial()).socket, 'error');
    expect(String(error)).toMatch(problem);
  });

  test.each(['answer 503', 'answer nonsense', 'hang up'] as const)(
    'that will %s leaves no half of it open',
    async (fault) => {
      const { proxy } = await start();
      proxy.dialsWill(fault);
      const { port } = new URL(proxy.url);
      const peer = connectTcp({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
      onTestFinished(() => {
        peer.destroy();
      });
      peer.on('error', () => {});
      peer.resume();
      peer.write('GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n');
      await once(peer, 'end');
      // Only a connection that is gone at its other end breaks when more is said.
      await waitFor(() => {
        if (!peer.writableNeedDrain) peer.write('x');
        return peer.destroyed;
      });
    },
  );

  test('is never answered, and the next one is', async () => {
    const { proxy, dial, connect } = await start();
    proxy.dialsWill('never answer');
    const hung = await dial();
    await waitFor(() => proxy.dials.length === 1);
    proxy.dialsWill('pass');
    await connect();
    expect(hung.socket.readyState).toBe(WebSocket.CONNECTING);
    expect(proxy.dials.map(({ fault }) => fault)).toEqual(['never answer', 'pass']);
  });

  test('is given its own token as the subprotocol', async () => {
    const { proxy, connect } = await start();
    proxy.dialsWill('select the token');
    expect((await connect()).socket.protocol).toMatch(/^bearer\.ey/);
  });

  test.each([
    ['hang up once open', 1006],
    ['close 1011 once open', 1011],
  ] as const)('will %s', async (fault, code) => {
    const { proxy, dial } = await start();
    proxy.dialsWill(fault);
    const client = await dial();
    expect(await client.opened).toBe(true);
    expect((await client.closed).code).toBe(code);
    expect(client.unread).toEqual([]);
  });

  test('will close 4000 once greeted', async () => {
    const { proxy, connect } = await start();
    proxy.dialsWill('close 4000 once greeted');
    const client = await connect();
    expect((await client.closed).code).toBe(4000);
  });

  test('finds nobody while the server is dead, and somebody afterwards', async () => {
    const { proxy, dial, connect } = await start();
    const client = await connect();
    await proxy.die();
    expect((await client.closed).code).toBe(1006);
    const [error] = await once((await dial()).socket, 'error');
    expect(String(error)).toContain('ECONNREFUSED');
    await proxy.comeBack();
    await connect();
  });
});

describe('a link', () => {
  test.each(['cutLinks', 'resetLinks'] as const)('is ended by %s without a word', async (how) => {
    const { server, proxy, connect } = await start();
    const client = await connect();
    proxy[how]();
    expect((await client.closed).code).toBe(1006);
    await waitFor(() => server.realtime.size === 0);
  });

  test('that stalls passes nothing in either direction until it is healed', async () => {
    const { server, proxy, connect } = await start();
    const [client, other] = [await connect(), await connect()];
    proxy.linksWill('stall');
    const prompt = await connect();
    client.send({ type: 'note' });
    other.send({ type: 'note' });
    speak(server, 'new_call');
    expect((await prompt.next())['type']).toBe('new_call');
    expect(client.unread).toEqual([]);
    expect(proxy.heard(/^note$/)).toEqual([]);
    proxy.linksWill('none');
    expect((await client.next())['type']).toBe('new_call');
    await waitFor(() => proxy.heard(/^note$/).length === 2);
  });

  test('that stalls in one direction passes the other', async () => {
    const { server, proxy, connect } = await start();
    const client = await connect();
    proxy.linksWill('stall towards the page');
    client.send({ type: 'note' });
    await waitFor(() => proxy.heard(/^note$/).length === 1);
    proxy.linksWill('stall towards the server');
    client.send({ type: 'note' });
    speak(server, 'new_call');
    expect((await client.next())['type']).toBe('new_call');
    expect(proxy.heard(/^note$/)).toHaveLength(1);
  });

  test('that loses pongs passes everything else', async () => {
    const { server, proxy, connect } = await start();
    const client = await connect();
    proxy.linksWill('lose pongs');
    client.send({ type: 'ping', id: 'lost' });
    await client.settle();
    speak(server, 'new_call');
    expect((await client.next())['type']).toBe('new_call');
  });

  test('that trickles passes all of it, a few bytes at a time', async () => {
    const { server, proxy, connect } = await start();
    const client = await connect();
    const pieces: number[] = [];
    const raw = (client.socket as unknown as { _socket: NodeJS.ReadableStream })._socket;
    raw.on('data', (chunk: Buffer) => pieces.push(chunk.length));
    proxy.linksWill('trickle');
    speak(server, 'new_call');
    expect((await client.next())['type']).toBe('new_call');
    expect(pieces.length).toBeGreaterThan(1);
    expect(Math.min(...pieces)).toBeLessThanOrEqual(8);
  });

  test('that is late passes in order, no sooner than it should', { timeout: 30_000 }, async () => {
    const { server, proxy, connect } = await start();
    const client = await connect();
    proxy.linksWill('late by 3 s');
    const spokenAtMs = performance.now();
    speak(server, 'new_call');
    speak(server, 'call_update');
    expect((await client.next())['type']).toBe('new_call');
    expect(performance.now() - spokenAtMs).toBeGreaterThan(2900);
    expect((await client.next())['type']).toBe('call_update');
  });
});

describe('a reader of frames', () => {
  test('finds them wherever the bytes are cut', () => {
    const masked = Buffer.from([0x81, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2]);
    const long = Buffer.concat([Buffer.from([0x02, 126, 0x01, 0x00]), Buffer.alloc(256, 7)]);
    const bytes = Buffer.concat([masked, long, closeFrame(4401, 'no')]);
    for (const step of [1, 3, 7, bytes.length]) {
      const reader = new FrameReader();
      const frames = [];
      for (let at = 0; at < bytes.length; at += step) {
        frames.push(...reader.read(bytes.subarray(at, at + step)));
      }
      expect(frames.map(({ opcode }) => opcode)).toEqual([1, 2, 8]);
      expect(frames.map(({ last }) => last)).toEqual([true, false, true]);
      expect(frames[0]?.payload.toString()).toBe('hi');
      expect(frames[1]?.payload).toHaveLength(256);
      expect(frames[2]?.payload.subarray(2).toString()).toBe('no');
      expect(Buffer.concat(frames.map((frame) => frame.bytes))).toEqual(bytes);
    }
  });
});
