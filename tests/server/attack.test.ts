/** The command under attack: refused with the documented code, harmless to others, and forgotten afterwards. */
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Client } from './support/client.js';
import { waitFor } from './support/http.js';
import { post, run, signIn, startedBy } from './support/process.js';

/** A heap that one hoarded megabyte a socket would burst many times over. */
const SMALL_HEAP = '--max-old-space-size=96';
/** What allocators and caches keep of a round that is over. */
const MEMORY_NOISE_BYTES = 48 * 1024 * 1024;
/** What the log of one tenant keeps, as payloads and as frames. */
const LOG_BYTES = 2 * 8 * 1024 * 1024;
/** What one user may have. */
const AT_ONCE = 32;

async function start(environment: Record<string, string> = {}) {
  const child = run({
    PORT: '0',
    FEED_RATE: '0',
    LOG_LEVEL: 'warn',
    // All attackers of a test come from this machine.
    SOCKETS_PER_ADDRESS: '10000',
    NODE_OPTIONS: SMALL_HEAP,
    ...environment,
  });
  const { url, log } = await startedBy(child);
  const bystander = await signIn(url, 'bruno');
  onTestFinished(() => bystander.client.socket.terminate());
  return { child, url, log, bystander: bystander.client };
}

async function read(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

const socketsOpen = (url: string) => read(url, 'keepline_sockets_open');
const memory = (url: string) => read(url, 'process_resident_memory_bytes');

async function expectUnharmed(bystander: Client): Promise<void> {
  bystander.send({ type: 'ping', id: 'still there' });
  expect(await bystander.next()).toMatchObject({ type: 'pong', id: 'still there' });
}

/** So many verified sockets, as many tabs a user as there may be. */
async function connectMany(url: string, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  while (clients.length < count) {
    const { client, token } = await signIn(url, `guest-${clients.length}`);
    const tabs = Array.from({ length: Math.min(AT_ONCE, count - clients.length) - 1 }, () =>
      Client.withToken(url, token),
    );
    await Promise.all(tabs.map((tab) => tab.next()));
    clients.push(client, ...tabs);
  }
  return clients;
}

// A process takes as long to start as the machine is busy, and thousands of sockets take a while.
describe('the command', { timeout: 120_000 }, () => {
  test('carries 2,000 idle sockets, serves others meanwhile, and lets go of their memory', async () => {
    const { url, bystander } = await start();
    const after: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const clients = await connectMany(url, 2000);
      expect(await socketsOpen(url)).toBe(2001);
      await expectUnharmed(bystander);
      for (const { socket } of clients) socket.terminate();
      await waitFor(async () => (await socketsOpen(url)) === 1);
      after.push(await memory(url));
    }
    const [first = 0, second = 0] = after;
    expect(second - first).toBeLessThan(MEMORY_NOISE_BYTES);
  });

  test('lets a reader that never reads cost little, and nothing to other tabs of its user', async () => {
    const { url, bystander } = await start();
    const { client: deaf, token } = await signIn(url, 'ada');
    const tab = Client.withToken(url, token);
    onTestFinished(() => tab.socket.terminate());
    await tab.next();
    deaf.socket.pause();
    const before = await memory(url);
    let peak = 0;
    const data = 'x'.repeat(50_000);
    let last = 0;
    for (let sent = 0; sent < 400; sent += 1) {
      await post(url, '/dev/network/emit', { user: 'ada', type: 'new_call', data });
      const seq = Number((await tab.next())['seq']);
      expect(seq).toBeGreaterThan(last);
      last = seq;
      if (sent % 20 === 0) peak = Math.max(peak, await memory(url));
    }
    expect(peak - before).toBeLessThan(MEMORY_NOISE_BYTES + LOG_BYTES);
    await expectUnharmed(tab);
    await expectUnharmed(bystander);
    // It reads again: what the log still has, or word of what it has no more.
    deaf.socket.resume();
    await post(url, '/dev/network/emit', { user: 'ada', type: 'new_call', data });
    last = Number((await tab.next())['seq']);
    let read = 0;
    for (let gaps = 0; read < last; ) {
      const { type, seq, data: told } = await deaf.next();
      if (type === 'gap') {
        const { reason, to } = told as { reason: string; to: string };
        gaps += 1;
        expect([gaps, reason]).toEqual([1, 'slow']);
        read = Number(to.split('.')[1]);
      } else if (seq !== undefined) {
        if (read > 0) expect(seq).toBe(read + 1);
        read = Number(seq);
      }
    }
  });

  const attacks: readonly (readonly [string, number, (client: Client) => void])[] = [
    ['frames that are malformed', 4400, (client) => client.send('{"type":')],
    ['frames nested sixty thousand deep', 4400, (client) => client.send('['.repeat(60_000))],
    ['binary frames that are no text', 4400, (client) => client.socket.send(Buffer.from([255]))],
    [
      'frames that are too large',
      1009,
      (client) => client.send({ type: 'note', data: 'x'.repeat(1024 * 1024) }),
    ],
    [
      'frames that come too fast',
      4429,
      (client) => {
        for (let sent = 0; sent < 1000; sent += 1) client.send('ping');
      },
    ],
  ];
  test.each(attacks)('refuses %s of a hundred sockets with %i', async (_name, code, attack) => {
    const { url, bystander } = await start();
    const clients = await connectMany(url, 100);
    const before = await memory(url);
    for (const client of clients) {
      attack(client);
      await setImmediate();
    }
    for (const client of clients) expect((await client.closed).code).toBe(code);
    await waitFor(async () => (await socketsOpen(url)) === 1);
    await expectUnharmed(bystander);
    expect((await memory(url)) - before).toBeLessThan(2 * MEMORY_NOISE_BYTES);
  });

  test('answers 431 to a token that no header has room for, before anybody looks at it', async () => {
    const { url, bystander } = await start();
    const client = Client.withToken(url, `e${'y'.repeat(20_000)}`);
    const [, response] = await once(client.socket, 'unexpected-response');
    expect(response.statusCode).toBe(431);
    await expectUnharmed(bystander);
    expect(await socketsOpen(url)).toBe(1);
  });

  test('tells a user of another tenant nothing, whatever a valid token there asks for', async () => {
    const { url, bystander } = await start();
    // Ada and Chen share a user id.
    const { client: ada, token } = await signIn(url, 'ada');
    const { client: chen, token: other } = await signIn(url, 'chen');
    const imported = await fetch(`${url}/api/imports`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'text/csv' },
      body: 'name,phone\nMara,+12025550117\n',
    });
    const { importId } = (await imported.json()) as { importId: string };
    for (const [probe, status] of [
      [token, 200],
      [other, 404],
    ] as const) {
      const headers = { Authorization: `Bearer ${probe}` };
      expect((await fetch(`${url}/api/imports/${importId}`, { headers })).status).toBe(status);
    }
    const asked = ['*', 'harbour', 'agent-1', 'import_*', '__proto__'];
    chen.send({ type: 'subscribe', data: { events: asked } });
    // Where Ada's stream is, asked from by Chen: nothing that there ever was.
    const headers = { Authorization: `Bearer ${token}` };
    const { position: from } = (await (await fetch(`${url}/api/desk`, { headers })).json()) as {
      position: string;
    };
    const spy = Client.withToken(url, other, { follows: false });
    onTestFinished(() => spy.socket.terminate());
    const { data: greeting } = await spy.next();
    const { position: own } = greeting as { position: string };
    spy.send({ type: 'subscribe', data: { events: asked } });
    spy.send({ type: 'resume', data: { from, tenantId: 'harbour', userId: 'agent-1' } });
    expect(await spy.next()).toMatchObject({
      type: 'gap',
      data: { from, to: own, reason: 'epoch' },
    });
    expect(await spy.next()).toMatchObject({ type: 'position', data: { at: own, sent: 0 } });
    await post(url, '/dev/network/emit', { user: 'ada', type: 'secret', data: {} });
    while ((await ada.next())['type'] !== 'secret');
    for (const each of [chen, spy]) {
      await each.settle();
      expect(each.unread).toEqual([]);
    }
    ada.send({ type: 'auth', data: { token: other } });
    expect((await ada.closed).code).toBe(4401);
    await expectUnharmed(chen);
    await expectUnharmed(bystander);
    chen.socket.terminate();
  });

  test('on SIGTERM sends 500 sockets away with a spread while events pour, and ends by itself', async () => {
    const { child, url, log } = await start({ FEED_RATE: '4', LOG_LEVEL: 'info' });
    const exited = once(child, 'exit');
    const clients = await connectMany(url, 500);
    child.kill('SIGTERM');
    for (const client of clients) {
      const { code, reason } = await client.closed;
      expect(code).toBe(1012);
      expect(JSON.parse(reason)).toEqual({ retryAfterMs: 500, spreadMs: 5000 });
    }
    expect(await exited).toEqual([0, null]);
    // Not the watchdog that would have ended it after four and a half seconds.
    expect(log()).toContain('"msg":"stopped"');
  });
});
