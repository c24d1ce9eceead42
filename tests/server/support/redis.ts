/** A Redis of the test's own: the real server, on a port of its own, with nothing on disk. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createClient } from 'redis';

/** Where it is not there, what needs it is left out, and the tests' count says so. */
export const hasRedis = ((): boolean => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('redis-server is not installed here: nothing of many nodes is tested');
    return false;
  }
})();

export interface RedisProcess {
  readonly port: number;
  readonly url: string;
  /** What an operator types. */
  ask<Reply>(...command: string[]): Promise<Reply>;
  /** As if this time had gone by: what would be forgotten within it is gone. */
  advance(ms: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it without a word, and resolves when it has ended. */
  kill(): Promise<void>;
  /** Begins again on the same port, with what is on its disk, or with nothing; `words` as at first unless said. */
  start(options?: {
    readonly isEmpty?: boolean;
    readonly words?: readonly string[];
  }): Promise<void>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** `words`: further ones of its command line. */
export async function startRedis(words: readonly string[] = []): Promise<RedisProcess> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'keepline-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  const client = createClient({ url, socket: { reconnectStrategy: () => 20 } });
  client.on('error', () => undefined);
  let child: ChildProcess | undefined;

  const start: RedisProcess['start'] = async ({ isEmpty = false, words: own = words } = {}) => {
    if (isEmpty)
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
    // A replica is served at once.
    const fixed = [...place, '--save', '', '--repl-diskless-sync-delay', '0'];
    child = spawn('redis-server', [...fixed, ...own], { stdio: 'ignore' });
    if (!client.isOpen) await client.connect();
    // One that reads its disk refuses until it has.
    while ((await client.ping().catch(() => null)) === null) await nextTurn();
  };
  const kill = async () => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    port,
    url,
    ask: (...command) => client.sendCommand(command),
    advance: async (ms) => {
      for await (const keys of client.scanIterator()) {
        for (const key of keys) {
          const left = await client.pTTL(key);
          if (left >= 0) await client.pExpire(key, left - ms);
        }
      }
    },
    signal: (signal) => void child?.kill(signal),
    kill,
    start,
    stop: async () => {
      client.destroy();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A way to Redis that can be led elsewhere, cut, and made to lose subscriptions in silence. */
export class RedisProxy {
  readonly #deaf = new Map<Socket, Deafness>();
  readonly #open = new Set<Socket>();
  readonly #silent = new WeakSet<Socket>();
  readonly #server: Server;
  #port: number;

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((socket) => this.#take(socket)).listen(0, '127.0.0.1');
  }

  static async start(port: number): Promise<RedisProxy> {
    const proxy = new RedisProxy(port);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Where it leads from now on; what is open ends. */
  leadTo(port: number): void {
    this.#port = port;
    for (const socket of this.#open) socket.destroy();
  }

  /** Nobody listens any more; what is open ends. What it returns listens again. */
  async refuse(): Promise<() => Promise<void>> {
    const { port } = this.#server.address() as AddressInfo;
    const closed = once(this.#server, 'close');
    this.close();
    await closed;
    return async () => {
      this.#server.listen(port, '127.0.0.1');
      await once(this.#server, 'listening');
    };
  }

  /** Connections that there are now answer whatever is asked, and are told of nothing that is published. */
  deafen(): void {
    for (const socket of this.#open) {
      if (!this.#deaf.has(socket)) this.#deaf.set(socket, new Deafness());
    }
  }

  /** Connections that there are now stay, and answer nothing any more. */
  silence(): void {
    for (const socket of this.#open) this.#silent.add(socket);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #take(socket: Socket): void {
    const upstream = connect(this.#port, '127.0.0.1');
    this.#open.add(socket);
    upstream.on('data', (chunk) => {
      if (this.#silent.has(socket)) return;
      const deafness = this.#deaf.get(socket);
      socket.write(deafness ? deafness.filter(chunk) : chunk);
    });
    socket.on('data', (chunk) => upstream.write(chunk));
    const end = () => {
      this.#open.delete(socket);
      this.#deaf.delete(socket);
      socket.destroy();
      upstream.destroy();
    };
    for (const each of [socket, upstream]) {
      each.on('error', end);
      each.on('close', end);
    }
  }
}

/** What is published, in the bytes of a connection: three parts, of which the first says so. */
const pushed = /[*>]3\r\n\$7\r\nmessage\r\n/;

/**
 * Takes out what is published, and nothing of what is answered: they share chunks, and are split over several. One
 * that is split within its first bytes is heard.
 */
class Deafness {
  #waiting: Buffer = Buffer.alloc(0);

  filter(chunk: Buffer): Buffer {
    let left = Buffer.concat([this.#waiting, chunk]);
    const kept: Buffer[] = [];
    for (;;) {
      const begin = pushed.exec(left.toString('latin1'))?.index ?? left.length;
      kept.push(left.subarray(0, begin));
      left = left.subarray(begin);
      const end = endOfPush(left);
      if (end === null) break;
      left = left.subarray(end);
    }
    this.#waiting = left;
    return Buffer.concat(kept);
  }
}

/** Where the message ends that these bytes begin with; null where they do not reach so far. */
function endOfPush(bytes: Buffer): number | null {
  const text = bytes.toString('latin1');
  let at = text.indexOf('\r\n') + 2;
  for (let part = 0; part < 3; part += 1) {
    const [sized, length] = /^\$(\d+)\r\n/.exec(text.slice(at)) ?? [];
    if (sized === undefined) return null;
    at += sized.length + Number(length) + 2;
  }
  return at <= bytes.length ? at : null;
}
