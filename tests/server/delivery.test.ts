/** Who hears what: tenants, users, tabs, and the simulated feed. */
import { describe, expect, test } from 'vitest';
import { UserFeed } from '../../web-demo/server/feed.js';
import { connect, startServer } from './support/server.js';

const ada = { tenant: 'harbour', user: 'agent-1' };
const chen = { tenant: 'alpine', user: 'agent-1' };

describe('events', () => {
  test('of a user do not reach the same sub in another tenant', async () => {
    const server = await startServer();
    const [adaClient, chenClient] = [await connect(server, 'ada'), await connect(server, 'chen')];
    server.publish(ada, 'new_call', { callId: 'for-ada' });
    server.publish(chen, 'new_call', { callId: 'for-chen' });
    expect(await adaClient.next()).toMatchObject({ data: { callId: 'for-ada' } });
    expect(await chenClient.next()).toMatchObject({ data: { callId: 'for-chen' } });
    await Promise.all([adaClient.settle(), chenClient.settle()]);
    expect([...adaClient.unread, ...chenClient.unread]).toEqual([]);
  });

  test('of a user reach all tabs, and nobody else of the tenant', async () => {
    const server = await startServer();
    const tabs = [await connect(server, 'ada'), await connect(server, 'ada')];
    const colleague = await connect(server, 'bruno');
    server.publish(ada, 'new_call', {});
    for (const tab of tabs) expect((await tab.next())['type']).toBe('new_call');
    await colleague.settle();
    expect(colleague.unread).toEqual([]);
  });

  test('of a tenant reach its users and no other tenant', async () => {
    const server = await startServer();
    const inside = [await connect(server, 'ada'), await connect(server, 'bruno')];
    const outside = await connect(server, 'chen');
    void server.realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'import_progress' });
    for (const client of inside) expect((await client.next())['type']).toBe('import_progress');
    await outside.settle();
    expect(outside.unread).toEqual([]);
  });

  test('carry type first, data last, and a seq that increases through a reconnect', async () => {
    const server = await startServer();
    const before = await connect(server, 'ada');
    server.publish(ada, 'new_call', {});
    const first = (await before.nextFrame()).text;
    expect(first).toMatch(/^\{"type":"new_call","seq":\d+,"ts":\d+,"data":\{\}\}$/);
    before.socket.close();
    await before.closed;
    const after = await connect(server, 'ada');
    server.publish(ada, 'new_call', {});
    expect((await after.next())['seq']).toBeGreaterThan(JSON.parse(first).seq);
  });

  test('go nowhere, not to the wrong one, when their user is away', async () => {
    const server = await startServer();
    const client = await connect(server, 'bruno');
    server.publish(ada, 'new_call', {});
    await client.settle();
    expect(client.unread).toEqual([]);
  });
});

describe('the simulated feed', () => {
  const clock = () => Date.parse('2026-01-05T09:00:00Z');
  const take = (feed: UserFeed, count: number) => Array.from({ length: count }, () => feed.next());

  test('tells the same story for the same seed and user, and another one otherwise', () => {
    const story = take(new UserFeed(ada, 7, clock), 200);
    expect(take(new UserFeed(ada, 7, clock), 200)).toEqual(story);
    expect(take(new UserFeed(ada, 8, clock), 200)).not.toEqual(story);
    expect(take(new UserFeed(chen, 7, clock), 200)).not.toEqual(story);
  });

  test('tells all types of the catalogue but connected within half a minute of its usual pace', () => {
    const types = new Set(take(new UserFeed(ada, 1, clock), 60).map(({ type }) => type));
    expect([...types].sort()).toEqual([
      'call_update',
      'conference-ready',
      'import_complete',
      'import_error',
      'import_progress',
      'new_call',
      'new_recording',
      'parallel_call_connected',
      'parallel_call_ended',
      'parallel_call_started',
      'parallel_call_status',
      'recording_update',
    ]);
  });

  test('says of every event that it is simulated', () => {
    for (const { data } of take(new UserFeed(ada, 1, clock), 100)) {
      expect(data['simulated']).toBe(true);
    }
  });

  /** A working hour of several users, half a second an event. */
  function* hours() {
    for (const user of ['agent-1', 'agent-2', 'guest-a', 'guest-b']) {
      let nowMs = clock();
      const feed = new UserFeed({ tenant: 'harbour', user }, 1, () => nowMs);
      yield Array.from({ length: 7200 }, () => {
        nowMs += 500;
        return { user, nowMs, ...feed.next() } as const;
      });
    }
  }
  const isOver = (data: Told) => 'endedAt' in data;
  type Told = Readonly<Record<string, unknown>>;

  test('has nobody on two telephones at once', () => {
    for (const hour of hours()) {
      const lines = new Map<unknown, unknown>();
      for (const { type, data } of hour) {
        const line = data['lineId'] ?? data['callId'];
        if (type === 'new_call' || type === 'parallel_call_started') {
          expect([...lines.values()]).not.toContain(data['contactId']);
          lines.set(line, data['contactId']);
        }
        if (type === 'parallel_call_ended' || isOver(data)) lines.delete(line);
      }
    }
  });

  test('has the agent in one conversation at a time, and colleagues take the other calls', () => {
    for (const hour of hours()) {
      const talking = new Set<unknown>();
      const colleagues = new Set<unknown>();
      for (const { type, data, user } of hour) {
        const line = data['lineId'] ?? data['callId'];
        const isMine = data['agentId'] === user;
        const begins = data['status'] === 'in-progress' || type === 'parallel_call_connected';
        if (begins && (isMine || type === 'parallel_call_connected')) talking.add(line);
        else if (begins) colleagues.add(data['agentId']);
        if (type === 'parallel_call_ended' || isOver(data)) talking.delete(line);
        expect(talking.size).toBeLessThanOrEqual(1);
      }
      expect(colleagues.size).toBeGreaterThan(1);
    }
  });

  test('tells of each conversation the time that it took', () => {
    for (const hour of hours()) {
      const since = new Map<unknown, number>();
      let ended = 0;
      for (const { type, data, nowMs } of hour) {
        const line = data['lineId'] ?? data['callId'];
        if (data['status'] === 'in-progress' || type === 'parallel_call_connected') {
          since.set(line, nowMs);
        }
        const talkedSec = data['durationSec'];
        const sinceMs = since.get(line);
        if (typeof talkedSec !== 'number' || talkedSec === 0 || sinceMs === undefined) continue;
        if (type === 'new_recording') continue;
        expect(Math.abs(talkedSec - (nowMs - sinceMs) / 1000)).toBeLessThanOrEqual(1);
        ended += 1;
      }
      expect(ended).toBeGreaterThan(100);
    }
  });

  test('makes a conference of few calls, and only of the agent’s own', () => {
    for (const hour of hours()) {
      const mine = new Set<unknown>();
      let conferences = 0;
      for (const { type, data, user } of hour) {
        if (data['status'] === 'in-progress' && data['agentId'] === user) mine.add(data['callId']);
        if (type !== 'conference-ready') continue;
        conferences += 1;
        expect(mine).toContain(data['callId']);
      }
      expect(conferences).toBeGreaterThan(0);
      expect(conferences).toBeLessThan(mine.size / 2);
    }
  });

  test('gives its imports other ids than those of real files', () => {
    const ids = take(new UserFeed(ada, 1, clock), 100).flatMap(
      ({ data }) => data['importId'] ?? [],
    );
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(id).toMatch(/^import-\d+$/);
  });

  test('keeps the counts of an import consistent', () => {
    const progress = take(new UserFeed(ada, 3, clock), 300).filter(
      ({ type }) => type === 'import_progress' || type === 'import_complete',
    );
    for (const { type, data } of progress) {
      const { processed, total, succeeded, failed } = data as Record<string, number>;
      expect((succeeded ?? 0) + (failed ?? 0)).toBe(type === 'import_complete' ? total : processed);
    }
  });

  test('speaks to the users who are connected, at its pace', async () => {
    const server = await startServer({ feed: { eventsPerSecond: 500, seed: 1 } });
    const client = await connect(server, 'ada');
    const frames = [await client.next(), await client.next(), await client.next()];
    const first = Number(frames[0]?.['seq']);
    expect(frames.map((frame) => frame['seq'])).toEqual([first, first + 1, first + 2]);
  });

  test('can be paused for one user and moved on by hand', async () => {
    const server = await startServer({ feed: { eventsPerSecond: 500, seed: 1 } });
    server.feed.setPaused(ada, true);
    const [quiet, other] = [await connect(server, 'ada'), await connect(server, 'chen')];
    await other.next();
    await quiet.settle();
    expect(quiet.unread).toEqual([]);
    server.feed.step(ada, 2);
    const [first, second] = [await quiet.next(), await quiet.next()];
    expect(second['seq']).toBe(Number(first['seq']) + 1);
  });
});
