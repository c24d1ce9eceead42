// Where the event stream goes on after a reload: kept by server, tenant and user, and looked up once the server
// has named them.
import type { Connection, PositionStore } from 'keepline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { WorkerByHand } from './support/worker-by-hand.js';
import { advance, connect, lines, settle, useWorld } from './support/world.js';

interface Frame {
  readonly type?: string;
  readonly data?: { readonly from: string | null };
}

const resumes = () =>
  (FakeWebSocket.last.frames as Frame[]).filter(({ type }) => type === 'resume');
const greet = (position = 'e.100', more: object = {}) =>
  FakeWebSocket.last.accept().greet({ features: ['resume'], position, ...more });

/** Until what is imported by need is there, and has been asked. */
const lookedUp = async () => {
  await vi.dynamicImportSettled();
  await settle();
};

class Kept implements PositionStore {
  readonly saved = new Map<string, string>();
  load = vi.fn((key: string) => this.saved.get(key) ?? null);
  save = vi.fn((key: string, saved: string) => void this.saved.set(key, saved));
}

/** Of a page that is closed again; what it has seen is up to `seq`. */
async function visit(store: PositionStore | 'session', seq: number): Promise<Connection> {
  const connection = await connect({ resume: { store } });
  greet();
  await lookedUp();
  FakeWebSocket.last.deliver({ type: 'resumed', data: { from: 'e.100', to: 'e.100' } });
  FakeWebSocket.last.deliver({ type: 'note', seq });
  await advance(1000);
  connection.dispose();
  return connection;
}

describe('a position that is kept', () => {
  useWorld();
  let kept: Kept;
  beforeEach(() => {
    kept = new Kept();
  });
  afterEach(() => void vi.restoreAllMocks());

  it('is where the next page of the same user goes on', async () => {
    await visit(kept, 107);
    const connection = await connect({ resume: { store: kept } });
    greet('e.120');
    expect(resumes()).toEqual([]);
    await lookedUp();
    expect(resumes()).toMatchObject([{ data: { from: 'e.107' } }]);
    expect(connection.status()).toMatchObject({ phase: 'ready', delivery: 'catching_up' });
  });

  it('is looked up and kept under the names of server, tenant and user', async () => {
    await visit(kept, 107);
    const [key = ''] = kept.saved.keys();
    for (const name of ['crm.example.com', 't1', 'u1']) expect(key).toContain(name);
    await connect({ resume: { store: kept } });
    greet('e.120', { userId: 'u2' });
    await lookedUp();
    expect(resumes()).toMatchObject([{ data: { from: null } }]);
    expect(kept.load.mock.calls.map(([asked]) => asked)).toEqual([
      key,
      expect.stringContaining('u2'),
    ]);
  });

  it('is of no use after ten minutes', async () => {
    await visit(kept, 107);
    await advance(600_001);
    await connect({ resume: { store: kept } });
    greet('e.120');
    await lookedUp();
    expect(resumes()).toMatchObject([{ data: { from: null } }]);
  });

  it('is saved once a second at most, and as the page is left', async () => {
    const page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    await connect({ resume: { store: kept } });
    greet();
    await lookedUp();
    FakeWebSocket.last.deliver({ type: 'resumed', data: { from: 'e.100', to: 'e.100' } });
    await advance(1000);
    kept.save.mockClear();
    for (let seq = 101; seq < 150; seq += 1) FakeWebSocket.last.deliver({ type: 'note', seq });
    expect(kept.save).not.toHaveBeenCalled();
    await advance(5000);
    expect(kept.save).toHaveBeenCalledOnce();
    FakeWebSocket.last.deliver({ type: 'note', seq: 150 });
    page.dispatchEvent(new Event('pagehide'));
    expect(kept.save.mock.lastCall?.[1]).toMatch(/ e\.150$/);
  });

  it('is not saved for another user before the server has named him', async () => {
    const connection = await connect({ resume: { store: kept }, identity: 'ann' });
    greet();
    await lookedUp();
    FakeWebSocket.last.deliver({ type: 'resumed', data: { from: 'e.100', to: 'e.100' } });
    connection.setIdentity('bob');
    kept.save.mockClear();
    await advance(100);
    expect(kept.save).not.toHaveBeenCalled();
    greet('e.200', { userId: 'u2' });
    await lookedUp();
    await advance(1000);
    expect(kept.save.mock.calls.every(([key]) => key.includes('u2'))).toBe(true);
  });

  it.each<[string, PositionStore]>([
    [
      'throws',
      {
        load: () => {
          throw new Error('mine');
        },
        save: () => {
          throw new Error('mine');
        },
      },
    ],
    [
      'rejects',
      {
        load: () => Promise.reject(new Error('mine')),
        save: () => Promise.reject(new Error('mine')),
      },
    ],
  ])('is done without where the store %s, which is logged', async (_, store) => {
    const connection = await connect({ resume: { store } });
    greet();
    await lookedUp();
    expect(resumes()).toMatchObject([{ data: { from: null } }]);
    await advance(1000);
    expect(connection.status().phase).toBe('ready');
    expect(lines.filter((line) => line.includes('the position could not be'))).toEqual([
      'the position could not be loaded: mine',
      'the position could not be saved: mine',
    ]);
  });

  it('is not waited for longer than the server waits, and what it says meanwhile is not lost', async () => {
    const connection = await connect({
      resume: { store: { load: () => new Promise(() => {}), save: () => {} } },
    });
    greet();
    FakeWebSocket.last.deliver({ type: 'note', data: 'meanwhile' });
    const heard = vi.fn();
    connection.subscribe('note', ({ data }) => heard(data));
    await lookedUp();
    await advance(1499);
    expect(resumes()).toEqual([]);
    await advance(1);
    expect(resumes()).toMatchObject([{ data: { from: null } }]);
    expect(heard.mock.calls).toEqual([['meanwhile']]);
  });

  it('of a link that is gone counts for the next one', async () => {
    let found: (saved: string) => void = () => {};
    const store = {
      load: () =>
        new Promise<string>((resolve) => {
          found = resolve;
        }),
      save: () => {},
    };
    await connect({ resume: { store }, backoff: { initialMs: 100, jitter: 0 } });
    greet();
    await lookedUp();
    FakeWebSocket.last.drop();
    found(`${Date.now()} e.90`);
    await advance(100);
    greet('e.120');
    await lookedUp();
    expect(resumes()).toMatchObject([{ data: { from: 'e.90' } }]);
  });

  it('is not asked for where one is known: by the page itself, or from an earlier link', async () => {
    const connection = await connect({
      resume: { store: kept },
      backoff: { initialMs: 100, jitter: 0 },
    });
    connection.resumeFrom('e.95');
    greet();
    expect(resumes()).toMatchObject([{ data: { from: 'e.95' } }]);
    FakeWebSocket.last.drop();
    await advance(100);
    greet();
    expect(resumes()).toHaveLength(1);
    expect(kept.load).not.toHaveBeenCalled();
  });

  it("is nobody's business where the server keeps no log, or nothing is to be kept", async () => {
    await connect({ resume: { store: kept } });
    FakeWebSocket.last.accept().greet({ features: ['ack'] });
    await connect({ resume: { store: 'none' } });
    greet();
    expect(resumes()).toMatchObject([{ data: { from: null } }]);
    await lookedUp();
    expect(kept.load).not.toHaveBeenCalled();
  });

  it('is in the session storage of the tab where that was asked for', async () => {
    const storage = new Map<string, string>();
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => storage.set(key, value),
    });
    await visit('session', 107);
    await connect({ resume: { store: 'session' } });
    greet('e.120');
    await lookedUp();
    expect(resumes()).toMatchObject([{ data: { from: 'e.107' } }]);
  });

  it('is looked up by the page for a connection in a worker', async () => {
    await visit(kept, 107);
    vi.stubGlobal('Worker', WorkerByHand);
    const connection = await connect({ resume: { store: kept }, host: 'worker' });
    await settle();
    greet('e.120');
    await lookedUp();
    await advance(10);
    expect(connection.diagnostics().host.runsIn).toBe('worker');
    expect(resumes()).toMatchObject([{ data: { from: 'e.107' } }]);
  });
});
