/** `GET /api/desk`: what the events of one user add up to, and of nobody else. */
import { type EventLog, memoryLog } from 'keepline/server';
import { describe, expect, test } from 'vitest';
import type { BoardEvent } from '../../web-demo/boards/board-events.js';
import { applyToBoards, emptyBoards } from '../../web-demo/boards/boards.js';
import { DeskBook } from '../../web-demo/server/desk-book.js';
import { DeskKeeper } from '../../web-demo/server/desk-keeper.js';
import { createLog } from '../../web-demo/server/log.js';
import { connect, startServer, type TestServer, tokenFor } from './support/server.js';

const ada = { tenant: 'harbour', user: 'agent-1' };
const bruno = { tenant: 'harbour', user: 'agent-2' };
const chen = { tenant: 'alpine', user: 'agent-1' };
const startedAt = '2026-01-05T09:30:00Z';
const nothing = { calls: [], recordings: [], sessions: [], conferences: [], notes: [] };

const ringing = (callId: string, contactName = 'Mara Jensen') => ({
  ...{ callId, contactName, startedAt },
  ...{ direction: 'inbound', from: '+12025550117', to: '+12025550100', status: 'ringing' },
});

async function desk(server: TestServer, user: string) {
  const headers = { Authorization: `Bearer ${await tokenFor(server, user)}` };
  const response = await fetch(`${server.url}/api/desk`, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

/** The members that are no boards. */
function boardsOf({ userId, nowMs, position, ...boards }: Record<string, unknown>) {
  void [userId, nowMs, position];
  return boards;
}

describe('the desk', () => {
  test('is empty for whoever was told nothing, as of where the stream is', async () => {
    const server = await startServer();
    const client = await connect(server, 'ada');
    await client.settle();
    expect(await desk(server, 'ada')).toEqual({
      ...nothing,
      userId: 'agent-1',
      position: expect.stringMatching(/^[\w-]{1,16}\.[1-9]\d*$/),
      nowMs: expect.any(Number),
    });
  });

  test('says up to where in the stream it is: what follows from there is what it does not have', async () => {
    const server = await startServer();
    await server.publish(ada, 'new_call', ringing('c1'));
    await server.publish(bruno, 'new_call', ringing('of a colleague'));
    const { position, calls } = await desk(server, 'ada');
    await server.publish(ada, 'new_call', ringing('c2'));
    expect(calls).toMatchObject([{ callId: 'c1' }]);
    const client = await connect(server, 'ada', { follows: false });
    client.send({ type: 'resume', data: { from: position } });
    expect(await client.next()).toMatchObject({ type: 'resumed', data: { from: position } });
    expect(await client.next()).toMatchObject({ type: 'new_call', data: { callId: 'c2' } });
  });

  test('has the notes that its user sent, once each, heard by all tabs', async () => {
    const server = await startServer();
    const [client, tab] = [await connect(server, 'ada'), await connect(server, 'ada')];
    for (let times = 0; times < 2; times += 1) {
      client.send({ type: 'desk_note', id: 'note-1', data: { text: ' Call Mara back ' } });
    }
    const note = { noteId: 'note-1', text: 'Call Mara back', notedAt: expect.any(String) };
    expect(await tab.next()).toMatchObject({ type: 'desk_note', data: note });
    const answers = [await client.next(), await client.next(), await client.next()];
    expect(answers).toMatchObject([
      { type: 'desk_note' },
      { type: 'ack', id: 'note-1', data: { outcome: 'done' } },
      { type: 'ack', id: 'note-1', data: { outcome: 'repeat' } },
    ]);
    expect((await desk(server, 'ada'))['notes']).toEqual([note]);
    expect(tab.unread).toEqual([]);
  });

  test.each([undefined, {}, { text: '  ' }, { text: 7 }, { text: 'x'.repeat(281) }])(
    'takes no note of %j, and says so',
    async (data) => {
      const server = await startServer();
      const client = await connect(server, 'ada');
      client.send({ type: 'desk_note', id: 'note-1', data });
      expect(await client.next()).toMatchObject({
        type: 'error',
        id: 'note-1',
        data: { code: 'bad_note', retry: false },
      });
      expect((await desk(server, 'ada'))['notes']).toEqual([]);
    },
  );

  test('has each call in its phase, and since when it is talked', async () => {
    const server = await startServer();
    server.publish(ada, 'new_call', ringing('c1'));
    server.publish(ada, 'new_call', ringing('c2', 'Theo Alvarez'));
    const beforeMs = Date.now();
    server.publish(ada, 'call_update', { callId: 'c1', status: 'in-progress', agentId: 'agent-1' });
    const { calls, nowMs } = await desk(server, 'ada');
    expect(calls).toMatchObject([
      { callId: 'c2', party: 'Theo Alvarez', status: 'ringing' },
      { callId: 'c1', status: 'in-progress', agentId: 'agent-1', startedAt },
    ]);
    const [, talking] = calls as { talkingSinceMs: number }[];
    expect(talking?.talkingSinceMs).toBeGreaterThanOrEqual(beforeMs);
    expect(talking?.talkingSinceMs).toBeLessThanOrEqual(Number(nowMs));
  });

  test('ends what its events end: calls, conferences, lines of the dialler', async () => {
    const server = await startServer();
    const line = { sessionId: 's1', lineId: 'l1' };
    const dialled = { ...line, contactId: 'k', to: '+12025550143', startedAt };
    server.publish(ada, 'new_call', ringing('c1'));
    const conference = { conferenceId: 'f1', callId: 'c1', participants: ['agent-1'] };
    server.publish(ada, 'conference-ready', conference);
    server.publish(ada, 'parallel_call_started', dialled);
    const running = boardsOf(await desk(server, 'ada'));
    expect(running['conferences']).toMatchObject([{ conferenceId: 'f1', over: false }]);
    expect(running['sessions']).toMatchObject([{ lines: [{ lineId: 'l1', ended: false }] }]);
    server.publish(ada, 'call_update', { callId: 'c1', status: 'completed', durationSec: 9 });
    server.publish(ada, 'parallel_call_ended', { ...line, outcome: 'answered', durationSec: 5 });
    const ended = boardsOf(await desk(server, 'ada'));
    expect(ended['calls']).toMatchObject([{ status: 'completed', durationSec: 9 }]);
    expect(ended['conferences']).toMatchObject([{ over: true }]);
    expect(ended['sessions']).toMatchObject([{ lines: [{ status: 'answered', ended: true }] }]);
  });

  test('is what a page that heard every event would show', async () => {
    const server = await startServer();
    const page = await connect(server, 'ada');
    server.feed.step(ada, 300);
    await page.settle();
    const heard = page.unread.map(({ text }) => JSON.parse(text));
    const boards = heard
      .map(({ type, data, ts }) => ({ type, data, receivedAt: ts }))
      .reduce(applyToBoards, emptyBoards);
    expect(boards.calls.length).toBeGreaterThan(5);
    expect(withoutTimes(boardsOf(await desk(server, 'ada')))).toEqual(withoutTimes(boards));
  });

  test('of one user has nothing of another, nor of the same name in another company', async () => {
    const server = await startServer();
    server.publish(ada, 'new_call', ringing('for-ada'));
    server.publish(chen, 'new_call', ringing('for-chen'));
    expect((await desk(server, 'ada'))['calls']).toMatchObject([{ callId: 'for-ada' }]);
    expect((await desk(server, 'chen'))['calls']).toMatchObject([{ callId: 'for-chen' }]);
    expect(boardsOf(await desk(server, 'bruno'))).toEqual(nothing);
  });

  test('takes nothing from an event that no board shows', async () => {
    const server = await startServer();
    server.publish(ada, 'import_progress', { importId: 'upload-1', processed: 1, total: 2 });
    server.publish(ada, 'constructor', ringing('c1'));
    server.publish(ada, 'call_update', { callId: 'of nobody', status: 'busy' });
    expect(boardsOf(await desk(server, 'ada'))).toEqual(nothing);
  });

  test('has nothing of what a developer makes up, malformed or not', async () => {
    const server = await startServer();
    for (const data of [ringing('c1'), undefined, { contactName: {} }]) {
      server.panel?.emit(ada, 'new_call', data);
    }
    expect(boardsOf(await desk(server, 'ada'))).toEqual(nothing);
  });

  test('is told to nobody without a token, and only read', async () => {
    const server = await startServer();
    const address = `${server.url}/api/desk`;
    expect((await fetch(address)).status).toBe(401);
    const forged = { Authorization: 'Bearer ey.ey.forged' };
    expect((await fetch(address, { headers: forged })).status).toBe(401);
    const written = await fetch(address, { method: 'POST', headers: forged });
    expect(written.status).toBe(405);
    const elsewhere = { ...forged, Origin: 'https://elsewhere.example' };
    expect((await fetch(address, { headers: elsewhere })).status).toBe(403);
  });
});

test('of more desks than there is room for, whoever was told nothing for longest is forgotten', () => {
  const desks = new DeskBook(2);
  const owner = (user: string) => ({ tenant: 'harbour', user });
  const event = { type: 'new_call', data: ringing('c1'), receivedAt: 0 } as BoardEvent;
  for (const user of ['a', 'b', 'a', 'c']) desks.note(owner(user), event);
  // What no board shows makes nobody a desk, and takes none from anybody.
  const other = { ...event, type: 'import_progress' } as BoardEvent;
  desks.note(owner('d'), other);
  expect(desks.read(owner('b'))).toEqual(nothing);
  expect(desks.read(owner('a')).calls).toHaveLength(1);
  expect(desks.read(owner('c')).calls).toHaveLength(1);
});

/** Two clocks that read a millisecond apart are no difference. */
function withoutTimes(boards: unknown): unknown {
  const times = ['talkingSinceMs', 'readySinceMs'];
  return JSON.parse(JSON.stringify(boards, (name, value) => (times.includes(name) ? 0 : value)));
}

test('a desk has what was written before it was asked for, by whomever, though nobody hints at it', async () => {
  const log = memoryLog();
  const deaf: EventLog = {
    publish: (event) => log.publish(event),
    open: (tenant) => log.open(tenant),
    read: (...asked) => log.read(...asked),
    watch: async () => () => undefined,
    onAvailable: () => undefined,
    close: () => log.close(),
  };
  const keeper = new DeskKeeper(deaf, createLog('silent'));
  const ring = (callId: string) =>
    log.publish({
      ...{ tenant: 'harbour', to: { users: [ada.user] }, type: 'new_call' },
      json: JSON.stringify(ringing(callId)),
    });
  await ring('c1');
  expect((await keeper.read(ada)).boards.calls).toMatchObject([{ callId: 'c1' }]);
  const { position } = await ring('c2');
  const kept = await keeper.read(ada);
  expect(kept.boards.calls).toMatchObject([{ callId: 'c2' }, { callId: 'c1' }]);
  expect(kept.position).toBe(position);
});

test('an event that is none of the catalogue stops no desk', async () => {
  const log = memoryLog();
  const keeper = new DeskKeeper(log, createLog('silent'));
  const write = (json: string) =>
    log.publish({ tenant: 'harbour', to: { users: [ada.user] }, type: 'new_call', json });
  for (const json of ['', '{', 'null', JSON.stringify(ringing('c1'))]) await write(json);
  expect((await keeper.read(ada)).boards.calls).toMatchObject([{ callId: 'c1' }]);
});
