// A page for tests in Node: fake sockets and fake time around the real module.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Connection, ConnectionOptions } from 'keepline';
import { afterEach, beforeEach, vi } from 'vitest';
import { createConnectionWith } from '../../../js-bindings/dist/client/create.js';
import type {
  PageSignalListener,
  PageSignalSetup,
} from '../../../js-bindings/dist/client/page-signals.js';
import type { World } from '../vector-runner.js';
import { FakeWebSocket } from './fake-web-socket.js';

const { resolve: locate } = createRequire(import.meta.url);
export const wasmModule = new WebAssembly.Module(readFileSync(locate('keepline/wasm')));
export const strictModule = new WebAssembly.Module(readFileSync(locate('keepline/wasm/strict')));

export const page = 'https://crm.example.com/';

/** Lets promises and the module's instantiation run; fake timers stand still meanwhile. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function whenLoaded(connection: Connection): Promise<void> {
  if (connection.status().phase !== 'loading') return Promise.resolve();
  return new Promise((resolve) => {
    const stop = connection.onStatus(({ phase }) => {
      if (phase === 'loading') return;
      stop();
      resolve();
    });
  });
}

export async function advance(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
}

/** Connections of the running test, so that none outlives it. */
let connections: Connection[] = [];
/** What was logged in the running test. */
export const lines: string[] = [];
/** How the page signals reach the connection that was made last. */
export let signals: PageSignalListener;
/** How many connections listen to page signals now. */
export let listening = 0;

const setup: PageSignalSetup = (listener) => {
  signals = listener;
  listening += 1;
  return () => {
    listening -= 1;
  };
};

/** Not loaded yet when it returns. */
export function start(options: ConnectionOptions = {}): Connection {
  const log = (_: string, text: string) => lines.push(text);
  const wasmBinary = (options.validate ?? 'off') === 'off' ? wasmModule : strictModule;
  const defaults = { page, wasmBinary, log };
  const connection = createConnectionWith({ ...defaults, ...options }, setup);
  connections.push(connection);
  return connection;
}

let urls = 0;
/** Its module comes from a URL that nobody fetched before. */
export function startFetching(options: ConnectionOptions = {}): Connection {
  urls += 1;
  const { wasmBinary: _, ...rest } = { wasmBinary: undefined, ...options };
  return start({
    ...rest,
    wasmBinary: undefined as never,
    wasmUrl: `https://cdn.example/${urls}.wasm`,
  });
}

/** Loaded, its first commands carried out, and its first token asked for and answered. */
export async function connect(options: ConnectionOptions = {}): Promise<Connection> {
  const connection = start(options);
  await whenLoaded(connection);
  await settle();
  return connection;
}

/** Open and greeted. */
export async function connectLive(options: ConnectionOptions = {}): Promise<Connection> {
  const connection = await connect(options);
  FakeWebSocket.last.accept().greet();
  return connection;
}

export const world: World = {
  connect: (options) => {
    FakeWebSocket.reset();
    return connect(options);
  },
  socket: () => FakeWebSocket.made.at(-1) ?? null,
  now: () => Date.now(),
  advance,
};

export function useWorld(): void {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    });
    vi.stubGlobal('WebSocket', FakeWebSocket);
    FakeWebSocket.reset();
    connections = [];
    lines.length = 0;
  });
  afterEach(() => {
    for (const connection of connections) connection.dispose();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
}
