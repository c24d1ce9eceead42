// `keepline/test`: the double does what a test says, and otherwise behaves as the connection would.
import {
  ConnectionError,
  createConnection,
  createFakeConnection,
  fakeStatus,
  SendError,
} from 'keepline/test';
import { afterEach, describe, expect, it, vi } from 'vitest';

interface Events {
  readonly note: { readonly text: string };
  readonly note_read: { readonly id: string };
  readonly tick: number;
}

const kindOf = (sent: Promise<unknown>) =>
  sent.then(
    () => 'sent',
    (error: unknown) =>
      error instanceof SendError || error instanceof ConnectionError ? error.kind : String(error),
  );

describe('the double', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('hands events to whoever subscribed to their type, to a prefix of it or to all', () => {
    const connection = createFakeConnection<Events>();
    const heard: string[] = [];
    connection.subscribe('note', ({ data, seq }) => heard.push(`note ${data.text} ${seq}`));
    connection.subscribe('note_*', ({ data }) => heard.push(`note_* ${data.id}`));
    connection.subscribe('*', ({ type }) => heard.push(`* ${type}`));
    connection.emit('note', { text: 'a' }, { seq: 7 });
    connection.emit('note_read', { id: 'b' });
    expect(heard).toEqual(['note a 7', '* note', 'note_* b', '* note_read']);
  });

  it('isolates handlers as the connection does', () => {
    const connection = createFakeConnection<Events>();
    const heard = vi.fn();
    connection.subscribe('tick', () => {
      throw new Error('mine');
    });
    connection.subscribe('tick', heard);
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    connection.emit('tick', 1);
    expect(reported.mock.calls).toEqual([[new Error('mine')]]);
    expect(heard).toHaveBeenCalledOnce();
  });

  it('gathers a batch and keeps the newest of each key', async () => {
    const connection = createFakeConnection<Events>();
    const batch = new Promise<readonly { readonly data: { readonly id: string } }[]>((resolve) => {
      connection.subscribe('note_read', resolve, { batch: 'frame', coalesceBy: 'id' });
    });
    for (const id of ['a', 'b', 'a']) connection.emit('note_read', { id });
    expect((await batch).map(({ data }) => data.id)).toEqual(['b', 'a']);
  });

  it('refuses what is no subscription', () => {
    const connection = createFakeConnection();
    expect(() => connection.subscribe('a*b', () => {})).toThrow(/a pattern is a type/);
  });

  it('sends while it is ready, waits while it is not, and rejects where it ends', async () => {
    const connection = createFakeConnection();
    expect(await kindOf(connection.send('now'))).toBe('sent');
    connection.setStatus('waiting');
    const later = kindOf(connection.send('later', { at: new Date(0) }));
    expect(connection.sent.map(({ type, waits }) => [type, waits])).toEqual([
      ['now', false],
      ['later', true],
    ]);
    expect(connection.sent[1]?.data).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    connection.setStatus('ready');
    expect(await later).toBe('sent');
    connection.setStatus('idle');
    expect(await kindOf(connection.send('signed out'))).toBe('disconnected');
    expect(await kindOf(connection.send('no JSON', 1n))).toBe('not_serialisable');
    const refused: unknown = await connection.send('').catch((error: unknown) => error);
    expect((refused as SendError).remedy).toMatch(/^Send a type/);
  });

  it('leaves the outcome of what it holds to the test', async () => {
    const connection = createFakeConnection({ holdSends: true });
    const first = connection.send('first');
    const second = kindOf(connection.send('second'));
    connection.sent[0]?.resolve({ sentAt: 5 });
    connection.sent[1]?.reject('expired');
    connection.sent[1]?.resolve();
    expect([await first, await second]).toEqual([{ sentAt: 5 }, 'expired']);
  });

  it('tells another phase with all that goes with it, and once', () => {
    const error = new Error('cause') as never;
    const connection = createFakeConnection({ status: fakeStatus('waiting', { error }) });
    const told: unknown[] = [];
    connection.onStatus((status) => told.push(status));
    connection.setStatus('suspended');
    connection.setStatus({ attempt: 3 });
    expect(told).toMatchObject([
      { phase: 'suspended', state: 'disconnected', reason: 'exhausted', nextRetryAt: null, error },
      { phase: 'suspended', attempt: 3 },
    ]);
    connection.setStatus('ready');
    expect(connection.status()).toMatchObject({ state: 'connected', error: null });
    expect(Object.isFrozen(connection.status())).toBe(true);
  });

  it('is ready when it says so, and never once it was refused or has ended', async () => {
    const connection = createConnection({ path: '/ws' });
    expect(connection.options).toEqual({ path: '/ws' });
    const ready = connection.ready();
    connection.setStatus('ready');
    expect(await ready).toBe(connection.status());
    connection.setStatus('dialling');
    const never = kindOf(connection.ready());
    connection.dispose();
    expect(await never).toBe('disconnected');
    expect(await kindOf(connection.ready())).toBe('disconnected');
  });

  it('ends as the connection does: a last status, every promise settled, nobody called', async () => {
    const connection = createFakeConnection<Events>({ status: 'dialling' });
    const heard = vi.fn();
    const phases: string[] = [];
    connection.subscribe('tick', heard);
    connection.onReconnected(heard);
    connection.onServerVersion(heard);
    connection.onStatus(({ phase }) => phases.push(phase));
    const waiting = kindOf(connection.send('waiting'));
    connection.dispose();
    connection.emit('tick', 1);
    connection.emitReconnected();
    connection.emitServerVersion();
    connection.setStatus('ready');
    connection.reconnect();
    connection.subscribe('tick', heard);
    expect(await waiting).toBe('disconnected');
    expect(await kindOf(connection.send('after'))).toBe('disconnected');
    expect(heard).not.toHaveBeenCalled();
    expect(phases).toEqual(['closed']);
    expect([connection.disposed(), connection.listeners()]).toEqual([true, 0]);
    expect(connection.commands).toEqual(['send:waiting']);
  });

  it('is told of another server as a test says', () => {
    const connection = createFakeConnection();
    const told: unknown[] = [];
    const stop = connection.onServerVersion((version) => told.push(version));
    connection.emitServerVersion();
    connection.emitServerVersion({ build: '2026.11.3' });
    expect(connection.listeners()).toBe(1);
    stop();
    connection.emitServerVersion();
    expect(connection.listeners()).toBe(0);
    expect(told).toEqual([
      { build: '2', previous: '1' },
      { build: '2026.11.3', previous: '1' },
    ]);
  });

  it('writes down what it is told, and counts who listens', () => {
    const connection = createFakeConnection();
    const abort = new AbortController();
    const stop = connection.onIdentityChanged(() => {});
    connection.subscribe('*', () => {}, { signal: abort.signal });
    expect(connection.listeners()).toBe(2);
    stop();
    stop();
    abort.abort();
    expect(connection.listeners()).toBe(0);
    connection.setIdentity('ann');
    connection.setIdentity(null);
    connection.reconnect();
    expect(connection.commands).toEqual(['setIdentity:ann', 'setIdentity:null', 'reconnect']);
  });
});
