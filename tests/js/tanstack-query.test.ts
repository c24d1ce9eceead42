// The cache of TanStack Query, kept by a connection's events.
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { bindQueries } from 'keepline/tanstack-query';
import { createFakeConnection, type FakeConnection } from 'keepline/test';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';

interface Call {
  readonly id: string;
  readonly state: string;
}

interface Events {
  readonly new_call: Call;
  readonly import_done: { readonly id: number };
  readonly import_failed: { readonly id: number };
}

let connection: FakeConnection<Events>;
let client: QueryClient;
let served: readonly Call[];
let fetches: string[];
const ended: (() => void)[] = [];

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const calls = () => client.getQueryData<readonly Call[]>(['calls']);
const call = (id: string, state = 'ringing'): Call => ({ id, state });

/** Mounted, as a component would have it; its request takes so long. */
function observe(name: string, ms = 100) {
  const observer = new QueryObserver(client, {
    queryKey: [name],
    queryFn: async () => {
      fetches.push(name);
      const answer = served;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return answer;
    },
    retry: false,
  });
  ended.push(observer.subscribe(() => {}));
}

const upsert = (event: { readonly data: Call }, cache: QueryClient) =>
  cache.setQueryData<readonly Call[]>(
    ['calls'],
    (old) => old && [...old.filter(({ id }) => id !== event.data.id), event.data],
  );

const bind = (options?: Parameters<typeof bindQueries>[3]) => {
  const bindings = { new_call: upsert, 'import_*': { invalidate: ['imports'] } } as const;
  const stop = bindQueries(connection, client, bindings, options);
  ended.push(stop);
  return stop;
};

/** Two queries that have been answered, and nothing on its way. */
async function settled() {
  observe('calls');
  observe('imports');
  await pass(5000);
  fetches = [];
}

beforeEach(() => {
  vi.useFakeTimers();
  connection = createFakeConnection<Events>();
  client = new QueryClient();
  served = [call('a')];
  fetches = [];
});
afterEach(() => {
  for (const end of ended.splice(0)) end();
  expect(connection.listeners()).toBe(0);
  client.clear();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('an event', () => {
  it('changes the cache by a function, and has others fetched anew', async () => {
    bind();
    await settled();
    connection.emit('new_call', call('b'));
    expect(calls()).toEqual([call('a'), call('b')]);
    expect(fetches).toEqual([]);
    connection.emit('import_done', { id: 1 });
    await pass();
    expect(fetches).toEqual(['imports']);
  });

  it('of many has a query fetched at once, and then a second apart', async () => {
    bind();
    await settled();
    for (let n = 0; n < 50; n += 1) {
      connection.emit('import_done', { id: n });
      await pass(50);
    }
    expect(fetches).toHaveLength(3);
    await pass(10_000);
    expect(fetches).toHaveLength(4);
  });

  it.each([
    ['the first time', false],
    ['once more', true],
  ])('that comes while a query is fetched %s is in its answer', async (_, again) => {
    bind();
    observe('calls');
    if (again) {
      await pass(5000);
      void client.invalidateQueries({ queryKey: ['calls'] });
    }
    await pass(50);
    connection.emit('new_call', call('b'));
    await pass(100);
    expect(calls()).toEqual([call('a'), call('b')]);
    connection.emit('new_call', call('b', 'ended'));
    expect(calls()).toEqual([call('a'), call('b', 'ended')]);
  });

  it('that has a query fetched while it is being fetched has it fetched once more after that', async () => {
    bind();
    observe('imports', 500);
    await pass(100);
    connection.emit('import_done', { id: 1 });
    await pass(300);
    expect(fetches).toEqual(['imports']);
    served = [];
    await pass(10_000);
    expect(client.getQueryData(['imports'])).toEqual([]);
    expect(fetches).toEqual(['imports', 'imports']);
  });

  it('of more than are remembered while a query is fetched has it fetched once more', async () => {
    bind();
    observe('calls', 500);
    await pass(10);
    for (let n = 0; n < 1001; n += 1) connection.emit('new_call', call('a', `state ${n}`));
    served = [call('a', 'state 1000')];
    await pass(5000);
    expect(fetches).toEqual(['calls', 'calls']);
    expect(calls()).toEqual([call('a', 'state 1000')]);
  });

  it('whose function throws is reported, and the others are heard', async () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const stop = bindQueries(connection, client, {
      new_call: () => {
        throw new Error('mine');
      },
      '*': upsert as never,
    });
    ended.push(stop);
    await settled();
    connection.emit('new_call', call('b'));
    expect(reported.mock.calls).toEqual([[new Error('mine')]]);
    expect(calls()).toHaveLength(2);
  });
});

describe('what is missing', () => {
  it('is fetched once after a gap, after a wait drawn from the spread, and is out of date meanwhile', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    bind();
    await settled();
    connection.setStatus('waiting');
    connection.setStatus('ready');
    connection.emitGap({ to: 'e.7', spreadMs: 4000 });
    connection.emitReconnected({ missed: 'unknown' });
    connection.emitGap({ to: 'e.9', spreadMs: 4000 });
    expect(client.getQueryState(['calls'])?.isInvalidated).toBe(true);
    await pass(1999);
    expect(fetches).toEqual([]);
    await pass(1);
    expect(fetches.sort()).toEqual(['calls', 'imports']);
    await pass(60_000);
    expect(fetches).toHaveLength(2);
  });

  it('is fetched after an outage of which nobody knows more, and not where nothing is missing', async () => {
    bind();
    await settled();
    connection.emitReconnected({ missed: 'replayed' });
    await pass(5000);
    expect(fetches).toEqual([]);
    connection.emitReconnected({ missed: 'unknown' });
    await pass(5000);
    expect(fetches.sort()).toEqual(['calls', 'imports']);
  });

  it('is waited for until its end is known', async () => {
    bind();
    await settled();
    connection.emitGap({ to: null });
    await pass(5000);
    expect(fetches).toEqual([]);
  });

  it('concerns the queries that the connection is about', async () => {
    bind({ about: [['calls']] });
    await settled();
    connection.emitGap({ to: 'e.9' });
    await pass(5000);
    expect(fetches).toEqual(['calls']);
  });

  it('before the link was usable is fetched again when it is', async () => {
    connection.setStatus('dialling');
    bind();
    observe('calls');
    await pass(5000);
    served = [call('z')];
    connection.setStatus('ready');
    await pass(5000);
    expect(fetches).toEqual(['calls', 'calls']);
    expect(calls()).toEqual([call('z')]);
  });

  it('waits for a page that is seen', async () => {
    bind();
    await settled();
    const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
    vi.stubGlobal('document', page);
    connection.emitGap({ to: 'e.9' });
    await pass(60_000);
    expect(fetches).toEqual([]);
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    await pass(10);
    expect(fetches).toHaveLength(2);
  });
});

describe('another user', () => {
  it('finds an empty cache, and his own data', async () => {
    bind();
    await settled();
    served = [call('his')];
    connection.changeIdentity();
    expect(calls()).toBeUndefined();
    await pass(5000);
    expect(calls()).toEqual([call('his')]);
  });

  it('is not given an answer that the former one had asked for', async () => {
    bind();
    observe('calls', 500);
    await pass(100);
    served = [call('his')];
    connection.changeIdentity();
    await pass(450);
    expect(calls()).toBeUndefined();
    await pass(500);
    expect(calls()).toEqual([call('his')]);
  });
});

it('ends with all that it began', async () => {
  const stop = bind();
  await settled();
  connection.emitGap({ to: 'e.9', spreadMs: 1000 });
  stop();
  expect(connection.listeners()).toBe(0);
  connection.emit('import_done', { id: 1 });
  connection.emit('new_call', call('b'));
  await pass(10_000);
  expect(fetches).toEqual([]);
  expect(calls()).toEqual([call('a')]);
});

it('knows the events of its connection, and the client it was given', () => {
  const use = () => {
    bindQueries(connection, client, {
      new_call: (event, cache) => {
        expectTypeOf(event.data).toEqualTypeOf<Call>();
        expectTypeOf(cache).toEqualTypeOf<QueryClient>();
      },
      'import_*': ({ type }) => expectTypeOf(type).toEqualTypeOf<'import_done' | 'import_failed'>(),
    });
    // @ts-expect-error: a typo.
    bindQueries(connection, client, { new_cal: { invalidate: [] } });
  };
  expectTypeOf(use).toBeFunction();
});
