/** What a dial must look like, and what happens before its token is verified. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Client } from './support/client.js';
import { OIDC_AUDIENCE, OtherIssuer, startServer, tokenFor } from './support/server.js';

describe('a dial', () => {
  test('is answered with keepline.v1 and never with the token', async () => {
    const server = await startServer();
    const token = await tokenFor(server, 'ada');
    const client = new Client(server.url, { protocols: [`bearer.${token}`, 'keepline.v1'] });
    expect(await client.opened).toBe(true);
    expect(client.socket.protocol).toBe('keepline.v1');
    client.socket.close();
  });

  test('without a token closes with 4401', async () => {
    const server = await startServer();
    const client = new Client(server.url, { protocols: ['keepline.v1'] });
    expect(await client.closed).toEqual({ code: 4401, reason: 'token missing' });
  });

  test('with two tokens closes with 4400', async () => {
    const server = await startServer();
    const client = new Client(server.url, { protocols: ['keepline.v1', 'bearer.a', 'bearer.b'] });
    expect((await client.closed).code).toBe(4400);
  });

  test('that offers no subprotocol closes with 4400 and names the one to offer', async () => {
    const server = await startServer();
    const client = new Client(server.url);
    expect(await client.closed).toEqual({
      code: 4400,
      reason: 'offer the subprotocol keepline.v1',
    });
  });

  test('that offers only other subprotocols is given none of them', async () => {
    const server = await startServer();
    const token = await tokenFor(server, 'ada');
    const client = new Client(server.url, { protocols: ['graphql-ws', `bearer.${token}`] });
    // The client library, like a browser, gives up when nothing it offered is selected.
    expect(await client.opened).toBe(false);
    expect(server.realtime.size).toBe(0);
  });

  test('to another path is not found', async () => {
    const server = await startServer();
    const client = new Client(server.url, { protocols: ['keepline.v1'], path: '/elsewhere' });
    const [, response] = await once(client.socket, 'unexpected-response');
    expect(response.statusCode).toBe(404);
  });
});

describe('the origin', () => {
  const origins: readonly (readonly [string, string, boolean])[] = [
    ['of the server itself', 'SELF', true],
    ['on the list', 'https://crm.example', true],
    ['of a stranger', 'https://evil.example', false],
    ['of the same host on another port', 'http://127.0.0.1:1', false],
    ['that only begins like the server', 'SELF.evil.example', false],
    ['of a sandboxed page', 'null', false],
  ];
  test.each(origins)('%s (%s) is judged', async (_name, template, allowed) => {
    const server = await startServer({ allowedOrigins: ['self', 'https://crm.example'] });
    const origin = template.replace('SELF', server.url);
    const client = Client.withToken(server.url, await tokenFor(server, 'ada'), { origin });
    if (allowed) {
      expect((await client.next())['type']).toBe('connected');
      client.socket.close();
    } else {
      expect(await client.closed).toEqual({ code: 4403, reason: 'origin not allowed' });
    }
  });
});

describe('before the token is verified', () => {
  async function startUnverified(verifyMs: number) {
    const issuer = await OtherIssuer.start();
    const server = await startServer({
      identity: { kind: 'oidc', issuer: issuer.url, audience: OIDC_AUDIENCE },
      networkPanel: false,
      limits: { verifyMs, waiting: 2 },
    });
    issuer.fallSilent();
    // A key that has to be asked for, once the issuer may be asked again. Only the date moves.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_000 });
    onTestFinished(() => void vi.useRealTimers());
    const exp = Math.floor(Date.now() / 1000) + 60;
    const dial = async () =>
      Client.withToken(server.url, await issuer.sign({ exp }, { kid: 'key-9' }));
    return { server, dial };
  }

  test('a frame closes with 4400, whatever it says', async () => {
    const { server, dial } = await startUnverified(60_000);
    const client = await dial();
    await client.opened;
    client.send('ping');
    expect((await client.closed).code).toBe(4400);
    expect(client.unread).toEqual([]);
    expect(server.realtime.size).toBe(0);
  });

  test('waiting too long closes with 4408', async () => {
    const { dial } = await startUnverified(20);
    const client = await dial();
    expect(await client.closed).toEqual({ code: 4408, reason: 'token not verified in time' });
  });

  test('strangers cannot make the server hold any number of sockets', async () => {
    const { dial } = await startUnverified(60_000);
    const clients = [await dial(), await dial(), await dial()];
    const first = await Promise.race(clients.map((client) => client.closed));
    expect(first.code).toBe(1013);
    for (const client of clients) client.socket.terminate();
  });

  test('a connection that is reset in the middle of its upgrade harms nobody', async () => {
    const server = await startServer();
    const raw = connectTcp(server.port, '127.0.0.1');
    await once(raw, 'connect');
    raw.write('GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    raw.resetAndDestroy();
    const response = await fetch(`${server.url}/healthz`);
    expect(response.status).toBe(200);
  });
});
