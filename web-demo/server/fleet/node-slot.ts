/** A place for a node: its process, and another one whenever that has ended. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { UserKey } from 'keepline/server';
import type { Log } from '../log.js';
import {
  type FromNode,
  LINKS_PATH,
  type NodeLinks,
  type NodeSettings,
  type ToNode,
} from './messages.js';
import { POLL_MS } from './times.js';
import type { NodeState, NodeView } from './view.js';

const PROGRAM = fileURLToPath(new URL('./node.ts', import.meta.url));
/** One that ends as soon as it is started is started again this much later. */
const RESTART_MS = 300;
const ANSWER_MS = 1000;

export class NodeSlot {
  readonly #settings: NodeSettings;
  readonly #log: Log;
  #child: ChildProcess | null = null;
  #port: number | null = null;
  #state: NodeState = 'starting';
  #lives = 0;
  #isStopped = false;
  #tellReady: () => void = () => undefined;
  #restarting: NodeJS.Timeout | undefined;
  #polling: NodeJS.Timeout | undefined;

  /** Resolves when it takes dials for the first time. */
  readonly whenReady = new Promise<void>((resolve) => {
    this.#tellReady = resolve;
  });

  constructor(settings: NodeSettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
  }

  get name(): string {
    return this.#settings.name;
  }

  get state(): NodeState {
    return this.#state;
  }

  /** Null while nothing listens. */
  get port(): number | null {
    return this.#port;
  }

  start(): void {
    this.#lives += 1;
    const child = fork(PROGRAM, { execArgv: ['--import', 'tsx'] });
    this.#child = child;
    child.on('error', (reason) => this.#log.error({ problem: String(reason) }, 'no node'));
    child.on('message', ({ port }: FromNode) => {
      if (child.killed) return;
      this.#port = port;
      void this.#poll(port);
    });
    child.once('exit', () => this.#ended());
    this.#say({ kind: 'start', settings: this.#settings });
  }

  /** From now on it is no place for anybody. */
  kill(): void {
    this.#forget();
    this.#child?.kill('SIGKILL');
  }

  /** Everybody who is there is asked to go elsewhere; then it ends, and is started again. */
  drain(): void {
    this.#state = 'leaving';
    this.#say({ kind: 'drain' });
  }

  async view({ tenant, user }: UserKey): Promise<NodeView> {
    const query = new URLSearchParams({ tenant, user });
    const { name } = this;
    const answer = await this.#ask(`${LINKS_PATH}?${query}`);
    const { links, ofUser } = ((await answer?.json().catch(() => null)) ?? nobody) as NodeLinks;
    return { name, state: this.#state, lives: this.#lives, links, ofUser };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#restarting);
    const child = this.#child;
    if (!child) return;
    const ended = once(child, 'exit');
    this.kill();
    await ended;
  }

  #ended(): void {
    this.#child = null;
    this.#forget();
    if (this.#isStopped) return;
    this.#log.info({ node: this.name }, 'a node has ended, and is started again');
    this.#restarting = setTimeout(() => this.start(), RESTART_MS);
  }

  #forget(): void {
    this.#port = null;
    this.#state = 'starting';
    clearTimeout(this.#polling);
  }

  async #poll(port: number): Promise<void> {
    const answer = await this.#ask('/readyz');
    // Another process has another port.
    if (this.#port !== port) return;
    if (this.#state !== 'leaving') this.#state = answer?.ok ? 'ready' : 'unready';
    if (this.#state === 'ready') this.#tellReady();
    this.#polling = setTimeout(() => void this.#poll(port), POLL_MS);
  }

  async #ask(path: string): Promise<Response | null> {
    if (this.#port === null) return null;
    const signal = AbortSignal.timeout(ANSWER_MS);
    return fetch(`http://127.0.0.1:${this.#port}${path}`, { signal }).catch(() => null);
  }

  #say(message: ToNode): void {
    // One that is about to end hears nothing.
    this.#child?.send(message, () => undefined);
  }
}

const nobody: NodeLinks = { links: 0, ofUser: [] };
