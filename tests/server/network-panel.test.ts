/** Faults on demand, over HTTP as the page and the browser tests ask for them. */
import { describe, expect, test } from 'vitest';
import { Client } from './support/client.js';
import { post, stats, waitFor } from './support/http.js';
import { connect, startServer, type TestServer, tokenFor } from './support/server.js';

async function dial(server: TestServer, user: string): Promise<Client> {
  return Client.withToken(server.url, await tokenFor(server, user));
}

describe('the network panel', () => {
  test('gives tokens to the users it knows and to guests, and explains itself to others', async () => {
    const server = await startServer();
    const { body } = await post(server, '/dev/token', { user: 'guest-7', ttlSec: 30 });
    expect(body['expiresInMs']).toBe(30_000);
    const client = Client.withToken(server.url, String(body['token']));
    expect(await client.next()).toMatchObject({ data: { userId: 'guest-7' } });
    client.socket.close();
    expect(await post(server, '/dev/token', { user: 'eve' })).toMatchObject({
      status: 404,
      body: { error: expect.stringContaining('ada') },
    });
    expect((await post(server, '/dev/token', {})).status).toBe(400);
  });

  test('drops the sockets of one user without a close frame', async () => {
    const server = await startServer();
    const [ada, bruno] = [await connect(server, 'ada'), await connect(server, 'bruno')];
    await post(server, '/dev/network/drop', { user: 'ada' });
    expect((await ada.closed).code).toBe(1006);
    await bruno.settle();
    expect(server.realtime.size).toBe(1);
  });

  test('closes with the code and reason it is given, and refuses codes that cannot be sent', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    const refused = await post(server, '/dev/network/close', { user: 'ada', code: 1006 });
    expect(refused.status).toBe(400);
    await post(server, '/dev/network/close', { user: 'ada', code: 4409, reason: 'elsewhere' });
    expect(await client.closed).toEqual({ code: 4409, reason: 'elsewhere' });
  });

  test('turns dials away until told', async () => {
    const server = await startServer();
    await post(server, '/dev/network/refuse', { user: 'ada', on: true });
    const refused = await dial(server, 'ada');
    expect(await refused.opened).toBe(false);
    await connect(server, 'bruno');
    await post(server, '/dev/network/refuse', { user: 'ada', on: false });
    await connect(server, 'ada');
    expect(await stats(server, 'ada')).toMatchObject({
      upgrades: [
        { atMs: expect.any(Number), outcome: 'refused' },
        { atMs: expect.any(Number), outcome: 'accepted' },
      ],
      openSockets: 1,
    });
  });

  test('leaves dials unanswered, sees the client give up, and drops the rest when it ends', async () => {
    const server = await startServer();
    await post(server, '/dev/network/hang', { user: 'ada', on: true });
    const [impatient, patient] = [await dial(server, 'ada'), await dial(server, 'ada')];
    await waitFor(async () => (await stats(server, 'ada'))['hungUpgrades'] === 2);
    impatient.socket.terminate();
    await waitFor(async () => (await stats(server, 'ada'))['hungUpgrades'] === 1);
    await post(server, '/dev/network/hang', { user: 'ada', on: false });
    expect(await patient.opened).toBe(false);
    await connect(server, 'ada');
  });

  test('stalls existing sockets both ways, not new ones, and delivers late', async () => {
    const server = await startServer();
    const stalled = await connect(server, 'ada');
    await post(server, '/dev/network/stall', { user: 'ada', on: true });
    stalled.send({ type: 'ping', id: 'late' });
    const fresh = await connect(server, 'ada');
    await post(server, '/dev/network/emit', { user: 'ada', type: 'new_call', data: {} });
    expect((await fresh.next())['type']).toBe('new_call');
    expect(stalled.unread).toEqual([]);
    expect(await stats(server, 'ada')).toMatchObject({ openSockets: 1, stalledSockets: 1 });
    await post(server, '/dev/network/stall', { user: 'ada', on: false });
    expect((await stalled.next())['type']).toBe('new_call');
    expect(await stalled.next()).toMatchObject({ type: 'pong', id: 'late' });
  });

  test('does not answer the closing handshake of a stalled socket', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    await post(server, '/dev/network/stall', { user: 'ada', on: true });
    client.socket.close(1000);
    await connect(server, 'ada');
    expect(client.socket.readyState).toBe(client.socket.CLOSING);
    await post(server, '/dev/network/heal', { user: 'ada' });
    expect((await client.closed).code).toBe(1000);
  });

  test('takes tokens back: old ones are void, new ones are good', async () => {
    const server = await startServer();
    const token = await tokenFor(server, 'ada');
    const client = await connect(server, 'ada');
    await post(server, '/dev/network/expire', { user: 'ada' });
    expect((await client.closed).code).toBe(4401);
    expect((await Client.withToken(server.url, token).closed).code).toBe(4401);
    await connect(server, 'ada');
  });

  test('revokes a user until told', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    await post(server, '/dev/network/revoke', { user: 'ada', on: true });
    expect((await client.closed).code).toBe(4401);
    expect((await (await dial(server, 'ada')).closed).code).toBe(4401);
    await post(server, '/dev/network/revoke', { user: 'ada', on: false });
    await connect(server, 'ada');
  });

  test('sends any frame, text or binary', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    await post(server, '/dev/network/emit', { user: 'ada', raw: '{"type":' });
    await post(server, '/dev/network/emit', { user: 'ada', raw: '{"type":"é"}', binary: true });
    await post(server, '/dev/network/emit', { user: 'ada', base64: 'AQI=' });
    expect(await client.nextFrame()).toEqual({ text: '{"type":', binary: false });
    expect(await client.nextFrame()).toEqual({ text: '{"type":"é"}', binary: true });
    expect(await client.nextFrame()).toEqual({ text: '\u0001\u0002', binary: true });
  });

  test('counts the frames it received by type', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    client.send('ping');
    client.send({ type: 'subscribe', data: { events: ['*'] } });
    client.send({ type: 'note' });
    client.send({ type: 'note' });
    await client.settle();
    expect(await stats(server, 'ada')).toMatchObject({
      framesReceived: { ping: 1, subscribe: 1, note: 2 },
    });
  });

  test('restarts: everybody is told when to return, nobody is answered, then everybody is', async () => {
    const server = await startServer();
    const clients = [await connect(server, 'ada'), await connect(server, 'chen')];
    const restart = { user: 'ada', seconds: 0.2, retryAfterMs: 250, spreadMs: 40 };
    expect((await post(server, '/dev/network/restart', restart)).status).toBe(202);
    for (const client of clients) {
      expect(await client.closed).toEqual({
        code: 1012,
        reason: '{"retryAfterMs":250,"spreadMs":40}',
      });
    }
    await waitFor(async () => (await fetch(`${server.url}/healthz`)).ok);
    await connect(server, 'ada');
  });

  test('is unreachable for pages of other sites', async () => {
    const server = await startServer();
    const url = `${server.url}/dev/network/drop`;
    const body = JSON.stringify({ user: 'ada' });
    const plain = await fetch(url, { method: 'POST', body });
    expect(plain.status).toBe(415);
    const headers = { 'Content-Type': 'application/json', Origin: 'https://evil.example' };
    const foreign = await fetch(url, { method: 'POST', body, headers });
    expect(foreign.status).toBe(403);
  });

  test('is not there when it is switched off, while tokens still are', async () => {
    const server = await startServer({ networkPanel: false });
    expect((await post(server, '/dev/network/drop', { user: 'ada' })).status).toBe(404);
    expect((await post(server, '/dev/network/restart', { user: 'ada' })).status).toBe(404);
    expect((await post(server, '/dev/token', { user: 'ada' })).status).toBe(200);
  });
});
