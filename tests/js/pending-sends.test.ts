// What a page shows of messages that wait for the server's word, and what a person can do about them.
import { type PendingSends, pendingSends, SendError } from 'keepline';
import { createFakeConnection } from 'keepline/test';
import { afterEach, describe, expect, it, vi } from 'vitest';

const shown = (sends: Pick<PendingSends, 'get'>) =>
  sends.get().map(({ type, data, state }) => [type, data, state]);
const settle = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => void vi.unstubAllGlobals());

function world() {
  const connection = createFakeConnection({ holdSends: true });
  const sends = pendingSends(connection);
  return { connection, sends, sent: connection.sent };
}

describe('pending sends', () => {
  it('are those that wait for an answer, in their order, until they have it', async () => {
    const { connection, sends, sent } = world();
    const lists: unknown[] = [];
    sends.subscribe((list) => lists.push(list));
    void connection.request('note', { n: 1 });
    void connection.send('note', { n: 2 }, { ack: true });
    void connection.send('note', { n: 3 });
    expect(shown(sends)).toEqual([
      ['note', { n: 1 }, 'sending'],
      ['note', { n: 2 }, 'sending'],
    ]);
    sent[0]?.answer();
    await settle();
    expect(shown(sends)).toEqual([['note', { n: 2 }, 'sending']]);
    expect(lists.at(-1)).toBe(sends.get());
    expect(lists).toHaveLength(3);
  });

  it('that failed are there until they are dismissed, or tried again under another id', async () => {
    const { connection, sends, sent } = world();
    void connection.request('note', { n: 1 }, { id: 'mine' });
    sent[0]?.reject('rejected', { code: 'busy' });
    await settle();
    const [failed] = sends.get();
    expect(failed).toMatchObject({ state: 'failed', error: { rejection: { code: 'busy' } } });
    const retried = failed?.retry();
    expect(shown(sends)).toEqual([['note', { n: 1 }, 'sending']]);
    expect(sends.get()[0]?.key).toBe(failed?.key);
    expect(sent[1]?.id).not.toBe('mine');
    expect(sends.get()[0]?.retry()).toBe(retried);
    sent[1]?.answer('stored');
    expect(await retried).toMatchObject({ result: 'stored' });
    expect(sends.get()).toEqual([]);
    void connection.request('note', { n: 2 });
    sent[2]?.reject('expired');
    await settle();
    sends.get()[0]?.dismiss();
    expect(sends.get()).toEqual([]);
  });

  it('that are unconfirmed are asked about under their ids, by whoever asks', async () => {
    const { connection, sends, sent } = world();
    void connection.request('note', { n: 1 });
    const { id } = sent[0] as { id: string };
    sent[0]?.reject('unconfirmed');
    await settle();
    expect(sends.get()).toMatchObject([{ state: 'unconfirmed', error: { id } }]);
    void sends.get()[0]?.retry();
    expect(sent[1]).toMatchObject({ type: 'note', data: { n: 1 }, id });
    sent[1]?.reject('unconfirmed');
    await settle();
    expect(sends.get()).toMatchObject([{ state: 'unconfirmed', error: { id } }]);
    const outcome = connection.outcome(id);
    expect(sends.get()).toHaveLength(1);
    sent[2]?.answer();
    await outcome;
    expect(sends.get()).toEqual([]);
  });

  it('keep the last fifty of those that have ended', async () => {
    const { connection, sends, sent } = world();
    for (let n = 0; n < 60; n += 1) void connection.request('note', n);
    for (const each of sent.slice(1)) each.reject('expired');
    await settle();
    expect(sends.get()).toHaveLength(51);
    expect(sends.get()[0]).toMatchObject({ data: 0, state: 'sending' });
    expect(sends.get()[1]?.data).toBe(10);
  });

  it("are nobody else's: another user has none, and what ends later is not shown to him", async () => {
    const { connection, sends, sent } = world();
    void connection.request('note', 1);
    connection.changeIdentity();
    expect(sends.get()).toEqual([]);
    sent[0]?.reject('identity_changed');
    await settle();
    expect(sends.get()).toEqual([]);
  });

  it('are one list for one connection', () => {
    const { connection, sends } = world();
    void connection.request('note', 1);
    expect(pendingSends(connection).get()).toBe(sends.get());
  });

  it('have the browser ask whoever leaves, while nobody knows that all is well', async () => {
    const page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    const asks = () => {
      const event = new Event('beforeunload', { cancelable: true });
      // A BeforeUnloadEvent's own, which may be written.
      Object.defineProperty(event, 'returnValue', { writable: true, value: '' });
      page.dispatchEvent(event);
      return event.defaultPrevented;
    };
    const { connection, sends, sent } = world();
    const stop = sends.confirmLeave();
    expect(asks()).toBe(false);
    void connection.request('note', 1);
    expect(asks()).toBe(true);
    sent[0]?.reject('unconfirmed');
    await settle();
    expect(asks()).toBe(true);
    void sends.get()[0]?.retry();
    sent[1]?.reject('rejected');
    await settle();
    expect(asks()).toBe(false);
    void connection.request('note', 2);
    stop();
    expect(asks()).toBe(false);
  });
});

describe('the double', () => {
  it('answers as it was told to, each id once', async () => {
    const answer = vi.fn(({ data }: { data: unknown }) => ({ stored: data }));
    const connection = createFakeConnection({ answer });
    expect(await connection.request('note', 1, { id: 'a' })).toEqual({ stored: 1 });
    const again = await connection.send('note', 1, { id: 'a', ack: true });
    expect(again).toMatchObject({ repeat: true, result: { stored: 1 } });
    expect(answer).toHaveBeenCalledOnce();
    expect(connection.commands).toEqual(['request:note', 'send:note']);
  });

  it('rejects what its answer throws, and says what the test says of it', async () => {
    const connection = createFakeConnection({
      answer: () => {
        throw new Error('no');
      },
    });
    const reason = await connection.request('note', 1).catch((error: unknown) => error);
    expect(reason).toBeInstanceOf(SendError);
    expect(reason).toMatchObject({ kind: 'rejected', rejection: { message: 'no' } });
  });

  it('asks about what was left unconfirmed under its id', async () => {
    const { connection, sent } = world();
    const lost = connection.request('note', 1).catch((error: SendError) => error);
    sent[0]?.reject('unconfirmed');
    const { id } = (await lost) as SendError;
    const outcome = connection.outcome(id as string);
    sent[1]?.answer('stored');
    expect(await outcome).toMatchObject({ result: 'stored' });
    expect(connection.commands.at(-1)).toBe(`outcome:${id}`);
  });
});
