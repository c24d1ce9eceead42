/** The demo on two nodes over a real Redis: what becomes of a page while nodes and Redis are broken under it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Connection,
  createConnection,
  type Gap,
  type RealtimeEvent,
  type Status,
} from 'keepline';
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { WebSocket } from 'ws';
import {
  type DevelopmentUser,
  findDevelopmentUser,
} from '../../web-demo/server/development-users.js';
import { type RunningFleet, startFleet } from '../../web-demo/server/fleet/fleet.js';
import type { FleetView } from '../../web-demo/server/fleet/view.js';
import { createLog } from '../../web-demo/server/log.js';
import { Client } from './support/client.js';
import { hasRedis } from './support/redis.js';

const wasmBinary = readFileSync(createRequire(import.meta.url).resolve('keepline/wasm'));
const startedAt = '2026-01-05T09:30:00Z';
const patience = { timeout: 60_000, interval: 20 };

describe.runIf(hasRedis)('the demo on two nodes', { timeout: 180_000 }, () => {
  let fleet: RunningFleet;
  let guests = 0;
  /** Each test has a user of its own, and finds everything whole. */
  let user: DevelopmentUser;
  beforeAll(async () => {
    fleet = await startFleet({
      nodes: 2,
      server: { port: 0, feed: { eventsPerSecond: 0, seed: 1 }, log: createLog('silent') },
    });
  }, 100_000);
  afterAll(() => fleet.close());
  beforeEach(async () => {
    guests += 1;
    user = findDevelopmentUser(`guest-${guests}`) as DevelopmentUser;
    await allReady();
  }, 100_000);

  async function post(path: string, body: object = {}): Promise<Record<string, unknown>> {
    const response = await fetch(`${fleet.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user: user.id, ...body }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  }
  const token = async () => String((await post('/dev/token'))['token']);

  async function view(): Promise<FleetView> {
    return (await (await fetch(`${fleet.url}/dev/fleet?user=${user.id}`)).json()) as FleetView;
  }
  const allReady = () =>
    vi.waitFor(async () => {
      const { nodes, redis } = await view();
      expect([...nodes.map(({ state }) => state), redis]).toEqual(['ready', 'ready', 'up']);
    }, patience);

  async function desk(): Promise<{ calls: { callId: string }[]; notes: unknown[] }> {
    const headers = { Authorization: `Bearer ${await token()}` };
    const response = await fetch(`${fleet.url}/api/desk`, { headers });
    expect(response.status).toBe(200);
    return (await response.json()) as Awaited<ReturnType<typeof desk>>;
  }
  const calls = async () => (await desk()).calls.map(({ callId }) => callId).reverse();

  /** Resolves when it is in the log. */
  const ring = (callId: string) =>
    fleet.server.publish(user, 'new_call', {
      ...{ callId, contactName: 'Mara Jensen', startedAt, direction: 'inbound' },
      ...{ from: '+12025550117', to: '+12025550100', status: 'ringing' },
    });

  /** The package's own client, and what it was told. */
  async function open() {
    const told = {
      calls: [] as string[],
      gaps: [] as Gap[],
      deliveries: [] as Status['delivery'][],
    };
    const connection = createConnection({
      url: `${fleet.url.replace('http', 'ws')}/ws`,
      ...{ WebSocket, wasmBinary, identity: user.id, getToken: () => token(), logLevel: 'silent' },
      backoff: { initialMs: 100, maxMs: 500, maxAttempts: 10_000 },
    }) as Connection;
    onTestFinished(() => connection.dispose());
    connection.onStatus(({ delivery }: Status) => {
      if (told.deliveries.at(-1) !== delivery) told.deliveries.push(delivery);
    });
    connection.onGap((gap) => void told.gaps.push(gap));
    connection.subscribe('new_call', ({ data }: RealtimeEvent) => {
      told.calls.push((data as { callId: string }).callId);
    });
    const isLive = () =>
      vi.waitFor(
        () => expect(connection.status()).toMatchObject({ phase: 'ready', delivery: 'live' }),
        patience,
      );
    await isLive();
    const home = async () => (await view()).nodes.find(({ ofUser }) => ofUser.length > 0)?.name;
    return { connection, told, isLive, home };
  }

  async function dial(): Promise<Client> {
    const client = Client.withToken(fleet.url, await token(), { origin: fleet.url });
    onTestFinished(() => client.socket.terminate());
    expect(await client.next()).toMatchObject({ type: 'connected' });
    return client;
  }

  test('tell each link what the back end publishes, and each other what one was sent', async () => {
    const clients = [await dial(), await dial()];
    expect((await view()).nodes.map(({ ofUser }) => ofUser.length)).toEqual([1, 1]);
    await ring('c1');
    for (const client of clients) {
      expect(await client.next()).toMatchObject({ type: 'new_call', data: { callId: 'c1' } });
    }
    clients[0]?.send({ type: 'desk_note', id: 'note-1', data: { text: 'Call Mara back' } });
    const note = { noteId: 'note-1', text: 'Call Mara back' };
    expect(await clients[1]?.next()).toMatchObject({ type: 'desk_note', data: note });
    expect(await desk()).toMatchObject({ calls: [{ callId: 'c1' }], notes: [note] });
  });

  test('take dials of their own page, and of no other', async () => {
    const elsewhere = Client.withToken(fleet.url, await token(), {
      origin: 'https://elsewhere.example',
    });
    expect(await elsewhere.closed).toMatchObject({ code: 4403 });
    const own = await dial();
    own.send('ping');
    expect((await own.nextFrame()).text).toBe('pong');
  });

  test('tell stories to whoever is connected to any of them', async () => {
    const { told } = await open();
    await vi.waitFor(
      () => expect(fleet.server.realtime.reachable(user.tenant, user.user)).toBe(true),
      patience,
    );
    fleet.server.feed.start(50);
    await vi.waitFor(() => expect(told.calls.length).toBeGreaterThan(2), patience);
    fleet.server.feed.stop();
    // What is on its way is told in the same order.
    await vi.waitFor(async () => expect(await calls()).toEqual(told.calls), patience);
  });

  test.each(['kill', 'restart'])(
    'when one is ended by "%s", take its links on the other, and nothing is missing',
    async (deed) => {
      const { told, isLive, home } = await open();
      await ring('c1');
      const before = await home();
      const { lives = 0 } = (await view()).nodes.find(({ name }) => name === before) ?? {};
      expect(await post(`/dev/fleet/${deed}`)).toMatchObject({ status: 200, node: before });
      for (const callId of ['c2', 'c3']) await ring(callId);
      await vi.waitFor(async () => {
        const now = await home();
        expect(now).toBeDefined();
        expect(now).not.toBe(before);
      }, patience);
      await isLive();
      await ring('c4');
      const all = ['c1', 'c2', 'c3', 'c4'];
      await vi.waitFor(() => expect(told.calls).toEqual(all), patience);
      expect(told.gaps).toEqual([]);
      expect(await calls()).toEqual(all);
      // The one that ended is there again.
      await allReady();
      const ended = (await view()).nodes.find(({ name }) => name === before);
      expect(ended?.lives).toBeGreaterThan(lives);
    },
  );

  test('never end the last one that is ready', async () => {
    await post('/dev/fleet/kill');
    expect(await post('/dev/fleet/kill')).toMatchObject({
      status: 409,
      error: expect.stringContaining('wait'),
    });
  });

  test('while Redis is stopped say so, and afterwards nothing is missing', async () => {
    const { told, isLive } = await open();
    await ring('c1');
    expect(await post('/dev/fleet/stop-redis', { seconds: 4 })).toMatchObject({ status: 200 });
    expect(await post('/dev/fleet/promote')).toMatchObject({ status: 409 });
    const written = Promise.all(['c2', 'c3'].map(ring));
    await vi.waitFor(() => expect(told.deliveries).toContain('interrupted'), patience);
    expect((await view()).redis).toBe('stopped');
    await written;
    await isLive();
    const all = ['c1', 'c2', 'c3'];
    await vi.waitFor(() => expect(told.calls).toEqual(all), patience);
    // It was not known what is missing, and nothing was.
    expect(told.gaps).toMatchObject([{ reason: 'unavailable', to: null }]);
    expect(await calls()).toEqual(all);
    await allReady();
  });

  test('tell of a gap when a replica takes over, twice, and the desk keeps what there was', async () => {
    const { told, isLive } = await open();
    await ring('c1');
    const all = ['c1'];
    // What is on its way when it takes over may be in the gap.
    await vi.waitFor(() => expect(told.calls).toEqual(all), patience);
    expect(await calls()).toEqual(all);
    for (const times of [1, 2]) {
      expect(await post('/dev/fleet/promote')).toMatchObject({ status: 200 });
      await vi.waitFor(() => expect(told.gaps).toHaveLength(times), patience);
      await allReady();
      await ring(`after ${times}`);
      all.push(`after ${times}`);
      await vi.waitFor(() => expect(told.calls).toEqual(all), patience);
      expect(await calls()).toEqual(all);
    }
    await isLive();
  });
});
