import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Connection, preload } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import { openConnection } from '../../js-bindings/dist/client/connection.js';
import { copies } from '../../js-bindings/dist/load/copies.js';
import { compileModule, type ModuleSource } from '../../js-bindings/dist/load/module.js';
import { stamp } from '../../js-bindings/dist/wasm/keepline.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import {
  advance,
  lines,
  page,
  settle,
  start,
  startFetching,
  useWorld,
  wasmModule,
  whenLoaded,
} from './support/world.js';

const bytes = readFileSync(createRequire(import.meta.url).resolve('keepline/wasm'));
const wasm = (type = 'application/wasm') =>
  Promise.resolve(new Response(bytes, { headers: { 'content-type': type } }));

/** The wait that the next failure to load begins, told in the instant in which it begins. */
const nextFailure = (connection: Connection): Promise<number> =>
  new Promise((resolve) => {
    const stop = connection.onStatus(({ nextRetryAt }) => {
      if (nextRetryAt === null) return;
      stop();
      resolve(nextRetryAt - Date.now());
    });
  });

const fail = (): never => {
  throw new Error('mine');
};

describe('loading', () => {
  useWorld();

  it('is connecting at first, whatever comes of it', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    expect(startFetching().status()).toMatchObject({
      state: 'connecting',
      phase: 'loading',
      error: null,
      canRetry: false,
      endpoint: null,
    });
  });

  it.each(['application/wasm', 'application/octet-stream'])(
    'takes the file as %s',
    async (type) => {
      vi.stubGlobal('fetch', () => wasm(type));
      const connection = startFetching();
      await whenLoaded(connection);
      expect(connection.status().phase).toBe('dialling');
    },
  );

  const helpers = { copies, log: () => undefined };
  const compile = (source: ModuleSource) =>
    compileModule(source, helpers, { afresh: false, limitMs: 5000 });

  it('compiles once for several connections', async () => {
    const fetched = vi.fn(() => wasm());
    vi.stubGlobal('fetch', fetched);
    const source = { wasmUrl: 'https://cdn.example/shared.wasm' };
    expect(await compile(source)).toBe(await compile(source));
    expect(fetched).toHaveBeenCalledOnce();
  });

  it('without a file to fetch the bytes come from a module of their own', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('nothing may be fetched')));
    expect(await compile({})).toBeInstanceOf(WebAssembly.Module);
  });

  it.each([
    ['an error of HTTP', () => Promise.resolve(new Response('', { status: 404 })), 'HTTP 404'],
    ['no network', () => Promise.reject(new TypeError('Failed to fetch')), 'Failed to fetch'],
    ['another file', () => wasm('text/html').then(() => new Response('<html>')), 'WebAssembly'],
  ])('%s is said, and mended by Retry', async (_, fetch, detail) => {
    vi.stubGlobal('fetch', fetch);
    const connection = startFetching();
    await expect.poll(() => connection.status().canRetry).toBe(true);
    expect(connection.status()).toMatchObject({ state: 'connecting', phase: 'loading' });
    expect(connection.status().error?.kind).toBe('wasm_unavailable');
    expect(connection.status().error?.detail).toContain(detail);
    await advance(10_000);
    expect(connection.status().state).toBe('disconnected');
    vi.stubGlobal('fetch', () => wasm());
    connection.reconnect();
    await advance(1000);
    await whenLoaded(connection);
    expect(connection.status()).toMatchObject({ state: 'connecting', phase: 'dialling' });
  });

  it('is tried again by itself, at first soon, then every half minute', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const began = Date.now();
    const asked: number[] = [];
    vi.stubGlobal('fetch', () => {
      asked.push((Date.now() - began) / 1000);
      return Promise.reject(new Error('offline'));
    });
    startFetching();
    await advance(100_000);
    random.mockRestore();
    expect(asked).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
  });

  it('Retry pressed a hundred times begins one try a second', async () => {
    const fetched = vi.fn(() => Promise.reject(new Error('offline')));
    vi.stubGlobal('fetch', fetched);
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.99);
    const connection = startFetching();
    await advance(50_000);
    const before = fetched.mock.calls.length;
    for (let press = 0; press < 95; press += 1) {
      connection.reconnect();
      await advance(100);
    }
    random.mockRestore();
    expect(fetched.mock.calls.length - before).toBe(10);
  });

  it.each([
    [0, 500],
    [0.5, 1000],
    [0.95, 1450],
  ])(
    'pages that lose a server together do not come back together: drawn %s',
    async (drawn, expected) => {
      const random = vi.spyOn(Math, 'random').mockReturnValue(drawn);
      vi.stubGlobal('fetch', () => Promise.reject(new Error('offline')));
      const wait = await nextFailure(startFetching());
      random.mockRestore();
      expect(wait).toBe(expected);
    },
  );

  it('the first request may use the cache, and no later one', async () => {
    const fetched = vi.fn((_: string, __: RequestInit) => Promise.reject(new Error('offline')));
    vi.stubGlobal('fetch', fetched);
    const connection = startFetching();
    await nextFailure(connection);
    await advance(1000);
    connection.reconnect();
    await settle();
    const [first, ...later] = fetched.mock.calls.map(([, { cache }]) => cache);
    expect(first).toBe('default');
    expect(later.length).toBeGreaterThan(0);
    expect(new Set(later)).toEqual(new Set(['reload']));
  });

  it('a request that hangs is ended after 5 s, and the next one may take longer', async () => {
    const ended: number[] = [];
    const began = Date.now();
    vi.stubGlobal(
      'fetch',
      (_: string, { signal }: RequestInit) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            ended.push(Date.now() - began);
            reject(signal.reason);
          });
        }),
    );
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    startFetching();
    await advance(30_000);
    random.mockRestore();
    expect(ended).toEqual([5000, 16_000]);
  });

  it.each(['online', 'visible'] as const)('is tried again when the page is %s', async (signal) => {
    const fetched = vi.fn(() => Promise.reject(new Error('offline')));
    vi.stubGlobal('fetch', fetched);
    const window = new EventTarget();
    const document = Object.assign(new EventTarget(), { hidden: false });
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
    vi.stubGlobal('document', document);
    const comeBack = () =>
      signal === 'online'
        ? window.dispatchEvent(new Event('online'))
        : document.dispatchEvent(new Event('visibilitychange'));
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const connection = startFetching();
    await nextFailure(connection);
    expect(connection.status().canRetry).toBe(true);
    comeBack();
    await settle();
    expect(fetched).toHaveBeenCalledTimes(1); // within the first second
    await advance(17_000);
    random.mockRestore();
    const before = fetched.mock.calls.length;
    comeBack();
    await settle();
    expect(fetched).toHaveBeenCalledTimes(before + 1);
    connection.dispose();
    await advance(1000);
    comeBack();
    await settle();
    expect(fetched).toHaveBeenCalledTimes(before + 1);
  });

  it('a load that hangs is disconnected after 10 s, and Retry overtakes it', async () => {
    vi.stubGlobal('fetch', () => new Promise(() => undefined));
    const connection = startFetching();
    await advance(10_000);
    expect(connection.status()).toMatchObject({ state: 'disconnected', canRetry: true });
    expect(connection.status().error?.kind).toBe('wasm_unavailable');
    vi.stubGlobal('fetch', () => wasm());
    connection.reconnect();
    await whenLoaded(connection);
    expect(FakeWebSocket.made).toHaveLength(1);
  });

  it('failures are logged as a warning, without the address', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('', { status: 500 })));
    const connection = startFetching();
    await expect.poll(() => connection.status().canRetry).toBe(true);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('HTTP 500');
    expect(lines[0]).not.toContain('cdn.example');
  });

  it('where there is no WebSocket that is what is said', async () => {
    vi.stubGlobal('WebSocket', undefined);
    const connection = start();
    await settle();
    expect(connection.status().error?.detail).toContain('no WebSocket');
  });

  it.each<[string, unknown]>([
    ['a number', 7],
    ['a symbol', Symbol('mine')],
    ['an object without a text', { toString: fail }],
  ])('an address that is %s is refused before anything is fetched', (_, wasmUrl) => {
    const fetched = vi.fn();
    vi.stubGlobal('fetch', fetched);
    expect(() => start({ wasmBinary: undefined as never, wasmUrl: wasmUrl as never })).toThrow(
      /wasmUrl must be/,
    );
    expect(fetched).not.toHaveBeenCalled();
  });

  it('says since when it is disconnected, and does not begin to count anew', async () => {
    const connection = start({ wasmBinary: new Uint8Array(3) });
    await vi.waitUntil(() => connection.status().error);
    const { since } = connection.status();
    expect(connection.status().state).toBe('disconnected');
    await advance(20_000);
    expect(connection.status().since).toBe(since);
  });

  it('dispose ends it, with all its timers', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('offline')));
    const connection = startFetching();
    connection.send('a');
    await expect.poll(() => connection.status().canRetry).toBe(true);
    connection.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says which file validation needs where the smaller one was given', async () => {
    const connection = start({ validate: 'strict', wasmBinary: wasmModule });
    await vi.waitFor(() => expect(connection.status().error).not.toBeNull());
    expect(connection.status().error).toMatchObject({ kind: 'option_invalid' });
    expect(connection.status().error?.message).toContain('keepline-strict.wasm');
  });

  describe('a module of another build', () => {
    // A module without a stamp, which imports what the glue does not offer: (import "x" "y" (func)).
    const other = Uint8Array.from([
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 120, 1, 121, 0, 0,
    ]);
    const answer = () =>
      Promise.resolve(new Response(other, { headers: { 'content-type': 'application/wasm' } }));

    it.each<[string, () => Connection]>([
      ['as a file', () => startFetching({ logLevel: 'info' })],
      ['as bytes', () => start({ wasmBinary: other, logLevel: 'info' })],
      ['as a module', () => start({ wasmBinary: new WebAssembly.Module(other), logLevel: 'info' })],
    ])('is not run, %s: the copy is', async (_, begin) => {
      vi.stubGlobal('fetch', answer);
      const connection = begin();
      await whenLoaded(connection);
      expect(connection.status().phase).toBe('dialling');
      expect(lines.filter((line) => line.includes('of another build'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('the copy'))).toHaveLength(1);
    });

    it('is told by its stamp alone: the same module with another one is not run', async () => {
      const restamped = Buffer.from(bytes);
      const at = restamped.indexOf(`keepline${stamp}`);
      restamped.write('.', at + `keepline${stamp}`.length - 1);
      const connection = start({ wasmBinary: restamped });
      await whenLoaded(connection);
      expect(lines).toEqual([expect.stringContaining('of another build')]);
    });

    it('is said to need another page where there is no copy, and no countdown promises more', async () => {
      vi.stubGlobal('fetch', answer);
      const wasmUrl = 'https://cdn.example/foreign.wasm';
      const connection = openConnection({ page, wasmUrl, log: () => undefined }, { copies: null });
      await vi.waitUntil(() => connection.status().error);
      expect(connection.status()).toMatchObject({
        state: 'disconnected',
        phase: 'loading',
        nextRetryAt: null,
        canRetry: false,
        error: { kind: 'wasm_unavailable', detail: expect.stringContaining('reload the page') },
      });
      connection.dispose();
    });
  });

  it('what the page forbids is said at once, and not tried again', async () => {
    const fetched = vi.fn(() =>
      Promise.reject(
        new WebAssembly.CompileError(
          "WebAssembly.compileStreaming(): Refused to compile: 'wasm-unsafe-eval' is not an allowed source of script in the following Content Security Policy directive",
        ),
      ),
    );
    vi.stubGlobal('fetch', fetched);
    const connection = startFetching();
    await vi.waitUntil(() => connection.status().error);
    expect(connection.status()).toMatchObject({
      state: 'disconnected',
      nextRetryAt: null,
      canRetry: false,
      error: { kind: 'wasm_unavailable', remedy: expect.stringContaining('wasm-unsafe-eval') },
    });
    connection.reconnect();
    await advance(120_000);
    connection.reconnect();
    expect(fetched).toHaveBeenCalledOnce();
  });

  it('preload() begins what a connection then finds under way', async () => {
    const fetched = vi.fn(() => wasm());
    vi.stubGlobal('fetch', fetched);
    const wasmUrl = 'https://cdn.example/preloaded.wasm';
    preload({ wasmUrl });
    expect(fetched).toHaveBeenCalledOnce();
    const connection = start({ wasmBinary: undefined as never, wasmUrl });
    await whenLoaded(connection);
    expect(fetched).toHaveBeenCalledOnce();
  });

  it('a prerendered page asks nobody for anything until it is shown', async () => {
    const document = Object.assign(new EventTarget(), { hidden: true, prerendering: true });
    vi.stubGlobal('document', document);
    const getToken = vi.fn(() => 'abc');
    const connection = start({ getToken });
    await advance(120_000);
    expect(getToken).not.toHaveBeenCalled();
    expect(connection.status()).toMatchObject({ state: 'connecting', phase: 'loading' });
    document.prerendering = false;
    document.dispatchEvent(new Event('prerenderingchange'));
    await whenLoaded(connection);
    await settle();
    expect(getToken).toHaveBeenCalledOnce();
    expect(FakeWebSocket.made).toHaveLength(1);
  });
});
