// Live queries on the double: requests that fail, are asked for, wait for a page that is seen or are shared.
import { ConnectionError } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import {
  apply,
  asked,
  connection,
  emit,
  live,
  newest,
  pass,
  query,
  useQueries,
} from './support/queries-by-hand.js';

describe('failures', () => {
  useQueries();
  it('wait as dials do, longer each time, and no longer count once one has succeeded', async () => {
    const waits = vi.fn((failures: number) => failures * 1000);
    connection.setWait(waits);
    connection.setPosition('e.1');
    const calls = query();
    await pass(100);
    for (const [at, ms] of [1000, 2000, 3000].entries()) {
      await newest().fail(new Error('no'));
      expect(calls.get()).toMatchObject({ state: 'failed', error: new Error('no') });
      await pass(ms - 1);
      expect(asked).toHaveLength(at + 1);
      await pass(1);
      expect(newest().reason).toBe('retry');
    }
    await newest().answer([1], 'e.1');
    expect(calls.get()).toMatchObject({ state: 'live', error: null });
    calls.refetch();
    await newest().fail('no');
    expect(waits.mock.calls.at(-1)).toEqual([1]);
    expect(calls.get()).toMatchObject({ state: 'live', data: [1], error: 'no' });
  });

  it('of before a gap need not be waited for', async () => {
    connection.setWait(() => 60_000);
    connection.setPosition('e.1');
    const calls = query();
    await pass(100);
    await newest().fail(new Error('no'));
    connection.emitGap({ to: 'e.9' });
    await pass();
    await newest().answer([1], 'e.9');
    expect(calls.get().state).toBe('live');
    await pass(60_000);
    expect(asked).toHaveLength(2);
  });

  it('end where no further try is to be made, until somebody asks', async () => {
    connection.setWait(() => null);
    const calls = query();
    await pass(100);
    await newest().fail(new Error('no'));
    await pass(600_000);
    expect(asked).toHaveLength(1);
    calls.refetch();
    expect(asked.map(({ reason }) => reason)).toEqual(['first', 'asked']);
  });

  it.each([
    ['nothing', undefined, /fetch must resolve to/],
    ['data without a wrapper', [1], /fetch must resolve to/],
    ['no position', { data: [1], position: '12' }, /a position that is none/],
  ])('are also answers of %s', async (_, answer, message) => {
    const fetch = async () => answer as never;
    const calls = query({ fetch });
    await pass(100);
    const { error } = calls.get();
    expect((error as Error).message).toMatch(message);
  });

  it('are also a function that throws at once, and a request that takes too long', async () => {
    const thrown = query({
      fetch: () => {
        throw new Error('at once');
      },
    });
    const late = query({ fetchTimeoutMs: 500 });
    await pass(100);
    expect(thrown.get().error).toEqual(new Error('at once'));
    const { signal } = newest();
    await pass(500);
    expect(signal.aborted).toBe(true);
    expect(late.get().error).toMatchObject({ name: 'TimeoutError' });
  });

  it('of apply are reported, and that event alone changes nothing', async () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    connection.setPosition('e.1');
    const calls = query({
      apply: (data, event) => {
        if (event.data === 2) throw new Error('mine');
        return apply(data, event);
      },
    });
    await pass(100);
    emit(2);
    await newest().answer([1], 'e.1');
    for (const [at, item] of [3, 2, 4].entries()) emit(item, 10 + at);
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 3, 4] });
    expect(reported.mock.calls).toEqual([[new Error('mine')], [new Error('mine')]]);
  });
});

describe('a request that somebody asked for', () => {
  useQueries();
  it('leaves the data live meanwhile, and loses neither an event nor what was applied', async () => {
    const calls = await live([1]);
    calls.refetch();
    emit(2, 101);
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2] });
    emit(3, 102);
    await newest().answer([1, 2], 'e.101');
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2, 3] });
  });

  it('takes the place of one that is under way', async () => {
    const calls = await live([1]);
    calls.refetch();
    const former = newest();
    calls.refetch();
    expect(former.signal.aborted).toBe(true);
    await former.answer([7], 'e.100');
    expect(calls.get().data).toEqual([1]);
  });

  it('is asked again where its answer is of before what is shown', async () => {
    const calls = await live([1]);
    emit(2, 101);
    calls.refetch();
    await newest().answer([1], 'e.100');
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2] });
    await pass(1000);
    await newest().answer([1, 2, 3], 'e.102');
    expect(calls.get().data).toEqual([1, 2, 3]);
  });
});

describe('more events than may wait', () => {
  useQueries();
  it('cost one more request, where the answer does not reach those that gave way', async () => {
    connection.setPosition('e.100');
    const calls = query({ maxBuffered: 2 });
    await pass(100);
    for (const item of [101, 102, 103]) emit(item);
    await newest().answer([], 'e.100');
    expect(calls.get()).toMatchObject({ state: 'stale', data: [] });
    await pass(1000);
    await newest().answer([101, 102], 'e.102');
    expect(calls.get()).toMatchObject({ state: 'live', data: [101, 102, 103] });
    expect(asked).toHaveLength(2);
  });

  it('cost none where it does', async () => {
    connection.setPosition('e.100');
    const calls = query({ maxBuffered: 2 });
    await pass(100);
    for (const item of [101, 102, 103]) emit(item);
    await newest().answer([101], 'e.101');
    expect(calls.get()).toMatchObject({ state: 'live', data: [101, 102, 103] });
  });

  it('cost one more without a position, and those of before a request cost none', async () => {
    const calls = query({ maxBuffered: 2 });
    for (const item of [1, 2, 3, 4]) connection.emit('added', item);
    await pass(100);
    for (const item of [5, 6, 7]) connection.emit('added', item);
    await newest().answer([1, 2, 3, 4]);
    expect(calls.get().state).toBe('stale');
    await pass(1000);
    connection.emit('added', 8);
    await newest().answer([1, 2, 3, 4, 5]);
    expect(calls.get().state).toBe('live');
  });
});

describe('a page that nobody sees', () => {
  useQueries();
  const show = (visibilityState: string) => {
    const page = new EventTarget();
    vi.stubGlobal('document', Object.assign(page, { visibilityState }));
    return () => {
      Object.assign(page, { visibilityState: 'visible' });
      page.dispatchEvent(new Event('visibilitychange'));
    };
  };

  it('fetches when it is seen', async () => {
    const reveal = show('hidden');
    query();
    await pass(60_000);
    expect(asked).toHaveLength(0);
    reveal();
    expect(asked).toHaveLength(1);
  });

  it('fetches all the same where that was asked for', async () => {
    show('hidden');
    query({ fetchWhileHidden: true });
    await pass(100);
    const other = query();
    await pass(100);
    expect(asked).toHaveLength(1);
    other.refetch();
    expect(asked).toHaveLength(2);
  });
});

describe('a query', () => {
  useQueries();
  it('is one for equal keys, until the last of them is disposed of', async () => {
    const one = query({ key: 'calls' });
    const other = query({ key: 'calls' });
    const apart = query({ key: 'other' });
    await pass(100);
    expect(asked).toHaveLength(2);
    await asked[0]?.answer([1]);
    expect([one.get(), apart.get().state]).toEqual([other.get(), 'loading']);
    one.dispose();
    connection.emit('added', 2);
    expect(other.get().data).toEqual([1, 2]);
    other.dispose();
    connection.emit('added', 3);
    expect(other.get().data).toEqual([1, 2]);
  });

  it('that is disposed of aborts what is under way, hears nothing more and tells nothing', async () => {
    const calls = query();
    const told = vi.fn();
    calls.subscribe(told);
    await pass(100);
    calls.dispose();
    expect(newest().signal.aborted).toBe(true);
    await newest().answer([1]);
    calls.refetch();
    await pass(60_000);
    expect(asked).toHaveLength(1);
    expect(told).not.toHaveBeenCalled();
    expect(connection.listeners()).toBe(0);
  });

  it('says the same object until something changes', async () => {
    const calls = await live([1]);
    const before = calls.get();
    connection.setStatus({ attempt: 3 });
    expect(calls.get()).toBe(before);
    emit(2, 101);
    expect(calls.get()).not.toBe(before);
  });

  it.each([
    ['fetch', { fetch: 1 }],
    ['apply', { apply: undefined }],
    ['key', { key: 7 }],
    ['maxBuffered', { maxBuffered: 0 }],
    ['maxBuffered', { maxBuffered: 1.5 }],
    ['events', { events: [] }],
    ['events', { events: 7 }],
    ['pattern', { events: ['*x'] }],
  ])('names what is wrong with %s', (name, change) => {
    expect(() => query(change as never)).toThrow(ConnectionError);
    expect(() => query(change as never)).toThrow(name);
  });
});
