// Live queries on the double: what is fetched when an outage, a gap or another user comes, what is applied,
// and what is shown meanwhile.
import { fakeStatus } from 'keepline/test';
import { describe, expect, it, vi } from 'vitest';
import {
  asked,
  connection,
  emit,
  live,
  newest,
  pass,
  query,
  useQueries,
} from './support/queries-by-hand.js';

describe('the first answer', () => {
  useQueries();
  it('is joined to the events behind its position, each of which counts once', async () => {
    connection.setPosition('e.100');
    const calls = query();
    expect(calls.get()).toEqual({ state: 'loading', data: undefined, asOf: null, error: null });
    await pass(100);
    for (const item of [101, 102, 103]) emit(item);
    await newest().answer([101, 102], 'e.102');
    expect(calls.get()).toMatchObject({ state: 'live', data: [101, 102, 103], error: null });
    emit(104);
    expect(calls.get().data).toEqual([101, 102, 103, 104]);
    expect(asked).toHaveLength(1);
    expect(newest().reason).toBe('first');
  });

  it('may be ahead of the stream: what comes behind it later and is in it changes nothing', async () => {
    const calls = await live([101, 102, 103], 'e.100');
    calls.refetch();
    await newest().answer([101, 102, 103], 'e.103');
    for (const item of [101, 102, 103, 104]) emit(item);
    expect(calls.get().data).toEqual([101, 102, 103, 104]);
  });

  it('without a position has every event since the subscription applied', async () => {
    const calls = query();
    await pass(100);
    emit(1);
    await newest().answer([]);
    emit(2);
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2] });
  });

  it('is asked for when a subscription on a usable link is in force: an interval of words and a round trip later', async () => {
    connection.setMetrics({ quality: { ...connection.metrics().quality, rttP95Ms: 200 } });
    query();
    await pass(249);
    expect(asked).toHaveLength(0);
    await pass(1);
    expect(asked).toHaveLength(1);
  });

  it('waits a moment for a link that is on its way, and is asked for as that is usable', async () => {
    connection.setStatus('dialling');
    const calls = query();
    await pass(900);
    expect(asked).toHaveLength(0);
    connection.setPosition('e.100');
    connection.setStatus('ready');
    await pass();
    expect(asked).toHaveLength(1);
    await newest().answer([1], 'e.100');
    expect(calls.get().state).toBe('live');
  });

  it('is shown as stale where the link takes long, and counts when nothing came between', async () => {
    connection.setStatus('dialling');
    const calls = query();
    await pass(1000);
    await newest().answer([1], 'e.100');
    expect(calls.get()).toMatchObject({ state: 'stale', data: [1] });
    connection.setPosition('e.100');
    connection.setStatus('ready');
    await pass();
    expect(calls.get().state).toBe('live');
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['it is older than where the stream begins', 'e.99'],
    ['it has no position', undefined],
  ])('is fetched again when the link is there where %s', async (_, position) => {
    connection.setStatus('dialling');
    const calls = query();
    await pass(1000);
    await newest().answer([1], position);
    connection.setPosition('e.100');
    connection.setStatus('ready');
    await pass();
    expect(asked.map(({ reason }) => reason)).toEqual(['first', 'missed']);
    await newest().answer([1, 2], 'e.100');
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2] });
  });

  it('is not asked for on a server that renders pages', async () => {
    connection.setStatus({ ...fakeStatus('idle'), reason: null } as never);
    query();
    await pass(60_000);
    expect(asked).toHaveLength(0);
  });

  it('is asked for at once where no link is to be expected, and not at all where nobody is signed in', async () => {
    connection.setStatus('closed');
    query();
    await pass();
    expect(asked).toHaveLength(1);
    connection.setStatus('idle');
    query();
    await pass(60_000);
    expect(asked).toHaveLength(1);
  });

  it('that is behind the stream is shown as stale and asked for again', async () => {
    connection.setPosition('e.100');
    const calls = query();
    await pass(100);
    await newest().answer([1], 'e.90');
    expect(calls.get()).toMatchObject({ state: 'stale', data: [1] });
    await pass(1000);
    expect(newest().reason).toBe('retry');
    await newest().answer([1, 2], 'e.100');
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2] });
  });
});

describe('an outage', () => {
  useQueries();
  it('that lost nothing fetches nothing, and says what it is doing', async () => {
    const calls = await live([1]);
    const states: string[] = [];
    calls.subscribe(({ state }) => states.push(state));
    connection.setMetrics({ lastMessageAt: Date.now() + 5 });
    connection.setStatus('waiting');
    expect(calls.get()).toMatchObject({ state: 'stale', asOf: Date.now() + 5 });
    connection.setStatus({ ...connection.status(), phase: 'ready', state: 'connected' } as never);
    connection.setStatus({ delivery: 'catching_up' });
    connection.emitReconnected({ missed: 'replayed' });
    emit(2, 101);
    connection.setStatus({ delivery: 'live' });
    await pass(60_000);
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2] });
    expect(states).toEqual(['stale', 'catching_up', 'catching_up', 'live']);
    expect(asked).toHaveLength(1);
  });

  it('of which nobody knows what was missed fetches once, and keeps what it has meanwhile', async () => {
    const calls = await live([1], null);
    connection.setStatus('waiting');
    connection.setStatus('ready');
    expect(calls.get().state).toBe('catching_up');
    connection.emitReconnected({ missed: 'unknown' });
    expect(calls.get()).toMatchObject({ state: 'stale', data: [1] });
    await pass();
    await newest().answer([1, 2]);
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2] });
    await pass(60_000);
    expect(asked.map(({ reason }) => reason)).toEqual(['first', 'missed']);
  });
});

describe('a gap', () => {
  useQueries();
  it('shows what comes behind it at once, and holds it once when the answer has come', async () => {
    const calls = await live([1]);
    connection.emitGap({ from: 'e.100', to: 'f.500' });
    emit(2, 501);
    expect(calls.get()).toMatchObject({ state: 'stale', data: [1, 2] });
    await pass();
    emit(3, 502);
    expect(calls.get()).toMatchObject({ state: 'stale', data: [1, 2, 3] });
    await newest().answer([1, 7, 2], 'f.501');
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 7, 2, 3] });
  });

  it('is fetched once after a wait drawn from the spread, though the reconnection tells of it too', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const calls = await live([1]);
    connection.setStatus('waiting');
    connection.setStatus('ready');
    connection.emitGap({ from: 'e.100', to: 'f.500', spreadMs: 8000 });
    connection.emitReconnected({ missed: 'unknown' });
    expect(calls.get()).toMatchObject({ state: 'stale', data: [1] });
    emit(2, 501);
    await pass(3999);
    expect(asked).toHaveLength(1);
    await pass(1);
    await newest().answer([1, 7], 'f.500');
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 7, 2] });
    await pass(60_000);
    expect(asked).toHaveLength(2);
  });

  it('throws away an answer that was asked for before it', async () => {
    connection.setPosition('e.100');
    const calls = query();
    await pass(100);
    const early = newest();
    connection.emitGap({ from: 'e.100', to: 'e.200' });
    expect(early.signal.aborted).toBe(true);
    await early.answer([1], 'e.300');
    expect(calls.get().state).toBe('loading');
    await pass();
    await newest().answer([2], 'e.200');
    expect(calls.get()).toMatchObject({ state: 'live', data: [2] });
  });

  it.each(['f.99', 'e.700'])(
    'is not closed by an answer of before its end: %s',
    async (position) => {
      const calls = await live([1]);
      connection.emitGap({ from: 'e.100', to: 'f.500' });
      await pass();
      await newest().answer([1], position);
      expect(calls.get().state).toBe('stale');
      await pass(1000);
      await newest().answer([1, 2], 'f.500');
      expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2] });
    },
  );

  it('whose end is not known is not live, and fetches once that is told', async () => {
    const calls = await live([1]);
    connection.setStatus({ delivery: 'interrupted' });
    connection.emitGap({ from: 'e.100', to: null });
    await pass(60_000);
    expect(calls.get().state).toBe('stale');
    expect(asked).toHaveLength(1);
    connection.emitGap({ from: 'e.100', to: 'e.300' });
    connection.setStatus({ delivery: 'live' });
    await pass();
    expect(asked).toHaveLength(2);
    await newest().answer([1, 2], 'e.300');
    expect(calls.get().state).toBe('live');
  });

  it('that was none after all fetches nothing', async () => {
    const calls = await live([1]);
    connection.setStatus({ delivery: 'interrupted' });
    connection.emitGap({ from: 'e.100', to: null });
    connection.setStatus({ delivery: 'live' });
    emit(2, 101);
    await pass(60_000);
    expect(calls.get()).toMatchObject({ state: 'live', data: [1, 2] });
    expect(asked).toHaveLength(1);
  });

  it('and another one while the first is waited for are fetched once', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    await live([1]);
    connection.emitGap({ to: 'e.200', spreadMs: 5000 });
    await pass(4000);
    connection.emitGap({ to: 'e.300', spreadMs: 5000 });
    await pass(20_000);
    expect(asked).toHaveLength(2);
    await newest().answer([1], 'e.300');
  });
});

describe('another user', () => {
  useQueries();
  it('finds nothing of the former: data, errors, answers and events are gone at once', async () => {
    const calls = await live([1]);
    calls.refetch();
    const former = newest();
    connection.changeIdentity();
    expect(calls.get()).toEqual({ state: 'loading', data: undefined, asOf: null, error: null });
    expect(former.signal.aborted).toBe(true);
    await former.answer([1, 2], 'e.200');
    expect(calls.get().data).toBeUndefined();
    await pass();
    expect(newest().reason).toBe('first');
    await newest().answer([9], 'e.100');
    expect(calls.get()).toMatchObject({ state: 'live', data: [9] });
  });
});
