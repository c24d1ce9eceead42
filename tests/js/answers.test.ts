// Messages that are answered: a request ends with a result or says why not, and one of which nobody knows what
// became of it can be asked about.
import { type Connection, SendError } from 'keepline';
import { describe, expect, it } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { advance, connect, connectLive, start, startFetching, useWorld } from './support/world.js';

interface Frame {
  readonly type?: string;
  readonly id?: string;
  readonly data?: unknown;
}

const notes = () => (FakeWebSocket.last.frames as Frame[]).filter(({ type }) => type === 'note');
const lastId = () => notes().at(-1)?.id as string;
const answer = (id: string, result?: unknown, outcome = 'done') =>
  FakeWebSocket.last.deliver({ type: 'ack', id, data: { outcome, result } });

const greet = (more: object = {}) =>
  FakeWebSocket.last.accept().greet({ features: ['ack'], ...more });

async function answered(more?: object): Promise<Connection> {
  // Minutes go by without a word of the server.
  const heartbeat = { format: 'off' } as const;
  const connection = await connect({ heartbeat, backoff: { initialMs: 100, jitter: 0 } });
  greet(more);
  return connection;
}

const errorOf = (sent: Promise<unknown>) =>
  sent.then(
    () => expect.unreachable(),
    (error: unknown) => error as SendError,
  );

/** One that was sent, and whose time went by without an answer. */
async function unconfirmed(connection: Connection): Promise<SendError> {
  const sent = connection.request('note', { n: 1 }, { timeoutMs: 1000 });
  await advance(1001);
  const error = await errorOf(sent);
  expect(error).toMatchObject({ kind: 'unconfirmed', id: lastId(), sentAt: expect.any(Number) });
  return error;
}

describe('a request', () => {
  useWorld();

  it('resolves with what the server made of it, and nothing else', async () => {
    const connection = await answered();
    const result = connection.request('note', { n: 1 });
    expect(notes()).toMatchObject([{ data: { n: 1 }, id: expect.stringMatching(/^\w{8,}-1$/) }]);
    answer(lastId(), { id: 7 });
    expect(await result).toEqual({ id: 7 });
    const nothing = connection.request('note');
    answer(lastId());
    expect(await nothing).toBeUndefined();
  });

  it('goes once more on the next link, under the same id', async () => {
    const connection = await answered();
    const result = connection.request('note', 1, { id: 'mine' });
    FakeWebSocket.last.drop();
    await advance(100);
    greet();
    expect(notes()).toMatchObject([{ id: 'mine', data: 1 }]);
    answer('mine', 'stored', 'repeat');
    expect(await result).toBe('stored');
  });

  it('is rejected with what the server said', async () => {
    const connection = await answered();
    const error = errorOf(connection.request('note', 1));
    const data = { code: 'busy', message: 'later', retry: true, retryAfterMs: 1000 };
    FakeWebSocket.last.deliver({ type: 'error', id: lastId(), data });
    expect(await error).toMatchObject({ kind: 'rejected', id: lastId(), rejection: data });
  });

  it('expires where it never was sent, and is unsupported where nobody answers', async () => {
    const connection = await connect();
    const never = errorOf(connection.request('note', 1, { timeoutMs: 50 }));
    await advance(51);
    expect((await never).kind).toBe('expired');
    expect((await errorOf((await connectLive()).request('note', 1))).kind).toBe('unsupported');
  });

  it('whose engine goes without a word may have been applied', async () => {
    const connection = await answered();
    const sent = errorOf(connection.request('note', 1));
    const plain = errorOf(start().send('note', 1));
    connection.dispose();
    expect((await sent).kind).toBe('unconfirmed');
    expect((await errorOf(connection.request('note', 1))).kind).toBe('disconnected');
    void plain;
  });

  it('that nobody looks at is no unhandled rejection', async () => {
    const connection = startFetching();
    void connection.request('note', 1n);
    void connection.outcome('x');
    await advance(0);
  });
});

describe('the outcome of an unconfirmed message', () => {
  useWorld();

  it('is asked for under the same id, with the same data, and settles as the message would have', async () => {
    const connection = await answered();
    const { id } = await unconfirmed(connection);
    const before = notes().length;
    const outcome = connection.outcome(id as string);
    expect(connection.outcome(id as string)).toBe(outcome);
    expect(notes().slice(before)).toMatchObject([{ id, data: { n: 1 } }]);
    answer(id as string, 'stored', 'repeat');
    expect(await outcome).toMatchObject({ repeat: true, result: 'stored' });
    // It is settled: nobody need ask any more.
    expect((await errorOf(connection.outcome(id as string))).kind).toBe('unconfirmed');
    expect(notes()).toHaveLength(before + 1);
  });

  it('stays unconfirmed, and can be asked for again, until somebody answers', async () => {
    const connection = await answered();
    const first = await unconfirmed(connection);
    const id = first.id as string;
    const again = errorOf(connection.outcome(id, { timeoutMs: 500 }));
    await advance(501);
    expect(await again).toBe(first);
    FakeWebSocket.last.drop();
    // Not sent at all this time, which does not say that it was not applied before.
    const offline = errorOf(connection.outcome(id, { timeoutMs: 50 }));
    await advance(51);
    expect(await offline).toBe(first);
    await advance(100);
    greet();
    const rejected = errorOf(connection.outcome(id));
    FakeWebSocket.last.deliver({ type: 'error', id, data: { code: 'gone' } });
    expect(await rejected).toMatchObject({ kind: 'rejected', rejection: { code: 'gone' } });
  });

  it.each([
    ['as long as the server says', { ackWindowMs: 60_000 }, 60_000],
    ['ten minutes where it says nothing', {}, 600_000],
  ])('is asked for no longer than the server knows the id: %s', async (_, more, windowMs) => {
    const connection = await answered(more);
    const { id, sentAt = 0 } = await unconfirmed(connection);
    await advance(sentAt + windowMs - 5000 - Date.now() - 1);
    const before = notes().length;
    const last = errorOf(connection.outcome(id as string));
    expect(notes()).toHaveLength(before + 1);
    // What is queued must not go out later either.
    await advance(2);
    expect((await last).kind).toBe('unconfirmed');
    expect((await errorOf(connection.outcome(id as string))).message).toContain('no longer known');
    expect(notes()).toHaveLength(before + 1);
  });

  it('is nothing that another user could ask for', async () => {
    const connection = await answered();
    const { id } = await unconfirmed(connection);
    connection.setIdentity('bob');
    await advance(0);
    greet();
    expect((await errorOf(connection.outcome(id as string))).kind).toBe('unconfirmed');
    expect(notes()).toEqual([]);
  });

  it('is kept of the last fifty', async () => {
    const connection = await answered();
    const errors: SendError[] = [];
    for (let n = 0; n < 51; n += 1) errors.push(await unconfirmed(connection));
    const before = notes().length;
    void connection.outcome(errors[0]?.id as string);
    expect(notes()).toHaveLength(before);
    void connection.outcome(errors[1]?.id as string);
    expect(notes()).toHaveLength(before + 1);
  });

  it('of one that this page never sent is not known', async () => {
    const error = await errorOf((await answered()).outcome('other-1'));
    expect(error).toBeInstanceOf(SendError);
    expect(error).toMatchObject({ kind: 'unconfirmed', id: 'other-1' });
  });
});
