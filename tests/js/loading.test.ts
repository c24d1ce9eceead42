import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Connection, ConnectionOptions } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import { compileModule } from '../../js-bindings/dist/load/load.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import {
  advance,
  lines,
  settle,
  start,
  useWorld,
  wasmModule,
  whenLoaded,
} from './support/world.js';

const bytes = readFileSync(createRequire(import.meta.url).resolve('keepline/wasm'));
const wasm = (type = 'application/wasm') =>
  Promise.resolve(new Response(bytes, { headers: { 'content-type': type } }));

let urls = 0;
/** Its module comes from a URL that nobody fetched before. */
function startFetching(options: ConnectionOptions = {}): Connection {
  urls += 1;
  const { wasmBinary: _, ...rest } = { wasmBinary: undefined, ...options };
  return start({
    ...rest,
    wasmBinary: undefined as never,
    wasmUrl: `https://cdn.example/${urls}.wasm`,
  });
}

/** The wait that the next failure to load begins, told in the instant in which it begins. */
const nextFailure = (connection: Connection): Promise<number> =>
  new Promise((resolve) => {
    const stop = connection.onStatus(({ nextRetryAt }) => {
      if (nextRetryAt === null) return;
      stop();
      resolve(nextRetryAt - Date.now());
    });
  });

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

  it('compiles once for several connections', async () => {
    const fetched = vi.fn(() => wasm());
    vi.stubGlobal('fetch', fetched);
    const source = { wasmUrl: 'https://cdn.example/shared.wasm' };
    expect(await compileModule(source)).toBe(await compileModule(source));
    expect(fetched).toHaveBeenCalledOnce();
  });

  it('without a file to fetch the bytes come from a module of their own', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('nothing may be fetched')));
    expect(await compileModule({})).toBeInstanceOf(WebAssembly.Module);
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
    await whenLoaded(connection);
    expect(connection.status()).toMatchObject({ state: 'connecting', phase: 'dialling' });
  });

  it.each([
    [0, 15_000],
    [0.5, 30_000],
    [0.95, 43_500],
  ])('is tried again by itself after 15 to 45 s: drawn %s', async (drawn, expected) => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(drawn);
    const fetched = vi.fn(() => Promise.reject(new Error('offline')));
    vi.stubGlobal('fetch', fetched);
    const wait = await nextFailure(startFetching());
    random.mockRestore();
    expect(wait).toBe(expected);
    await advance(wait - 1);
    expect(fetched).toHaveBeenCalledTimes(1);
    await advance(2);
    expect(fetched).toHaveBeenCalledTimes(2);
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
    const connection = startFetching();
    await nextFailure(connection);
    expect(connection.status().canRetry).toBe(true);
    comeBack();
    expect(fetched).toHaveBeenCalledTimes(1); // within the first second
    await advance(1000);
    comeBack();
    await settle();
    expect(fetched).toHaveBeenCalledTimes(2);
    connection.dispose();
    await advance(1000);
    comeBack();
    await settle();
    expect(fetched).toHaveBeenCalledTimes(2);
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

  it('says so when the file is of another version', async () => {
    const other = new WebAssembly.Module(
      // A module that imports what the glue does not offer: (import "x" "y" (func)).
      Uint8Array.from([
        0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 120, 1, 121, 0, 0,
      ]),
    );
    const connection = start({ wasmBinary: other });
    await vi.waitFor(() => expect(connection.status().error).not.toBeNull());
    expect(connection.status().error).toMatchObject({ kind: 'wasm_unavailable' });
  });
});
