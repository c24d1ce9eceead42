/** One `redis-server` that keeps nothing, on a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from 'keepline/server/standalone';

/** How often one that begins is asked whether it has begun, and how often it is asked at most. */
const ASK_MS = 25;
const ASKS_MAX = 400;

const NOT_THERE =
  'There is no redis-server here: install it (Debian and Ubuntu call the package redis-server), or set REDIS_URL to a Redis that runs.';

export class RedisProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
  }

  /** `folder`: for what a replica is sent while it begins. `leader`: the port of the one that it copies. */
  static async start(folder: string, leader?: number): Promise<RedisProcess> {
    const port = await freePort();
    const words = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
    const kept = ['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];
    const copies = leader === undefined ? [] : ['--replicaof', '127.0.0.1', String(leader)];
    const child = spawn('redis-server', [...words, ...kept, ...copies], {
      stdio: 'ignore',
      // A terminal's interrupt is not for it: it ends when nobody needs it any more.
      detached: true,
    });
    const redis = new RedisProcess(child, port);
    try {
      await Promise.race([redis.#isThere(), refusalOf(child)]);
    } catch (reason) {
      child.kill('SIGKILL');
      throw reason;
    }
    return redis;
  }

  /** What it answers to a command without blanks in its words, as text of its protocol. */
  async ask(command: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    socket.end(`${command}\r\nQUIT\r\n`);
    await once(socket, 'close');
    return answer;
  }

  async isCopying(): Promise<boolean> {
    return (await this.ask('INFO replication')).includes('master_link_status:up');
  }

  /** It stands still, as a machine that swaps does, and goes on where it was. */
  setFrozen(isFrozen: boolean): void {
    this.#child.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Without a word. Resolves when it has ended. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  async #isThere(): Promise<void> {
    for (let asks = 0; asks < ASKS_MAX; asks += 1) {
      const answer = await this.ask('PING').catch(() => '');
      if (answer.startsWith('+PONG')) return;
      await sleep(ASK_MS);
    }
    throw new Error('redis-server does not answer');
  }
}

/** Rejects where it cannot be run, or ends. */
async function refusalOf(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit').catch((reason: NodeJS.ErrnoException) => {
    throw reason.code === 'ENOENT' ? new ConfigurationError(NOT_THERE) : reason;
  });
  throw new Error(`redis-server ended with ${code}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
