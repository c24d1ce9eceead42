// One instance of the module at work: calls into it, what it says in return, and the frames.
//
// Application code never runs inside a call into the module. What the module tells is noted, and
// acted upon in order once no call is under way: so handlers may do anything, dispose included.
import { ConnectionError, SendError, type SendErrorKind } from './errors.js';
import { createFrameReader, type FrameReader } from './frames.js';
import { logLevels, sendOutcomes } from './generated/status.js';
import { guarded } from './listeners.js';
import { instantiate } from './load.js';
import type { Host, NativeConnection, NativeModule } from './native.js';
import { type CountingOptions, handOptions } from './options.js';
import type { OutgoingMessage } from './pending.js';
import { readStatus, type Said } from './reports.js';
import { protocolLines, TokenRequests } from './tokens.js';
import type {
  ConnectionOptions,
  LogLevel,
  RealtimeEvent,
  Reconnection,
  SendReceipt,
  Status,
} from './types.js';

export interface SessionListener {
  status(status: Status): void;
  event(event: RealtimeEvent): void;
  reconnected(reconnection: Reconnection): void;
  identityChanged(): void;
  log(level: LogLevel, text: string): void;
}

interface Awaited {
  readonly resolve: (receipt: SendReceipt) => void;
  readonly reject: (error: SendError) => void;
}

/** Without a provider the offer is the same for every dial. */
function tokenless(options: ConnectionOptions): string {
  if (options.getToken) return '';
  try {
    return protocolLines(options, null);
  } catch {
    throw new ConnectionError('option_invalid', {
      detail: 'subprotocols threw or returned no array of strings',
    });
  }
}

export class Session implements Host {
  readonly #listener: SessionListener;
  readonly #tokens: TokenRequests;
  readonly #awaited = new Map<number, Awaited>();
  #native: NativeConnection | null = null;
  #read: FrameReader | null = null;
  #queue: (() => void)[] = [];
  #depth = 0;
  #draining = false;
  #address = '';
  #error: ConnectionError | null = null;
  #said: (string | number | null)[] = [];

  private constructor(options: ConnectionOptions, listener: SessionListener) {
    this.#listener = listener;
    this.#tokens = new TokenRequests(options, {
      token: (...answer) => this.call((native) => native.token(...answer)),
      tokenAbsent: (request) => this.call((native) => native.tokenAbsent(request)),
      tokenFailed: (...answer) => this.call((native) => native.tokenFailed(...answer)),
    });
  }

  static async start(
    module: WebAssembly.Module,
    options: ConnectionOptions,
    counting: CountingOptions,
    listener: SessionListener,
  ): Promise<Session> {
    const session = new Session(options, listener);
    session.#open(await instantiate(module, session), options, counting);
    return session;
  }

  #open(module: NativeModule, options: ConnectionOptions, counting: CountingOptions): void {
    const seed = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
    const native = new module.NativeConnection();
    try {
      handOptions(options, native);
      if (!native.open(tokenless(options), seed)) {
        throw new ConnectionError('option_invalid', {
          detail: 'subprotocols must be different RFC 7230 tokens',
        });
      }
    } catch (reason) {
      native.delete();
      throw reason;
    }
    const { identity } = options;
    if (identity !== undefined) native.adoptIdentity(identity ?? '', identity !== null);
    this.#native = native;
    const { names, maxMessageBytes } = counting;
    this.#read = createFrameReader({ exports: module.exports, native, names, maxMessageBytes });
  }

  /** A call into the module; what follows from it is acted upon before this returns. */
  call<Result>(run: (native: NativeConnection) => Result): Result | undefined {
    if (!this.#native) return undefined;
    this.#depth += 1;
    try {
      return run(this.#native);
    } finally {
      this.#depth -= 1;
      this.drained();
    }
  }

  /** Reads without side effects: nothing can follow from it. */
  ask(report: 'status' | 'metrics' | 'diagnostics'): Said {
    this.#said = [];
    this.#native?.[report]();
    return this.#said;
  }

  currentStatus(): Status | null {
    if (!this.#native) return null;
    const status = readStatus(this.ask('status'), this.#error);
    this.#error = status.error;
    return status;
  }

  send({ type, data, id, ttlMs }: OutgoingMessage): Promise<SendReceipt> {
    return new Promise((resolve, reject) => {
      const sent = this.call((native) => {
        const answer = native.send(type, data, id, ttlMs);
        if (answer > 0) this.#awaited.set(answer, { resolve, reject });
        else reject(new SendError(sendOutcomes[-answer] as SendErrorKind));
        return true;
      });
      if (!sent) reject(new SendError('disconnected'));
    });
  }

  /** The page's policy blocked `uri`, which may be an address without its query, or a scheme. */
  blocked(uri: string): void {
    const ours = this.#address.replace(/[?#].*$/s, '');
    const theirs = uri.replace(/[?#].*$/s, '');
    if (theirs && (ours === theirs || ours.startsWith(`${theirs}:`))) {
      this.call((native) => native.dialBlocked());
    }
  }

  /** Leaves no socket, timer, request or object behind. */
  dispose(): void {
    const native = this.#native;
    this.#native = null;
    this.#read = null;
    this.#queue = [];
    native?.delete();
    this.#tokens.abandonAll();
    for (const { reject } of this.#awaited.values()) reject(new SendError('disconnected'));
    this.#awaited.clear();
  }

  // ---- what the module tells (Host)

  statusChanged(): void {
    const status = this.currentStatus();
    if (status) this.#queue.push(() => this.#listener.status(status));
  }

  requestToken(request: number, forceRefresh: boolean): void {
    this.#queue.push(() => this.#tokens.request(request, forceRefresh));
  }

  abandonToken(request: number): void {
    this.#queue.push(() => this.#tokens.abandon(request));
  }

  settle(message: number, outcome: number, sentAt: number): void {
    this.#queue.push(() => {
      const awaited = this.#awaited.get(message);
      this.#awaited.delete(message);
      if (outcome === 0) awaited?.resolve({ sentAt });
      else awaited?.reject(new SendError(sendOutcomes[outcome] as SendErrorKind));
    });
  }

  identityChanged(): void {
    this.#queue.push(() => this.#listener.identityChanged());
  }

  reconnected(downMs: number, identityChanged: boolean): void {
    const reconnection: Reconnection = { downMs, identityChanged, missed: 'unknown' };
    this.#queue.push(() => this.#listener.reconnected(reconnection));
  }

  log(level: number, text: string): void {
    this.#queue.push(() => this.#listener.log(logLevels[level] ?? 'error', text));
  }

  attach(socket: number, webSocket: WebSocket): void {
    this.#address = webSocket.url;
    webSocket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.call(() => {
        const event = this.#read?.(socket, data);
        if (event) this.#queue.push(() => this.#listener.event(event));
      });
    };
  }

  say(value: number | string): void {
    this.#said.push(Number.isNaN(value) ? null : value);
  }

  drained(): void {
    if (this.#depth > 0 || this.#draining) return;
    this.#draining = true;
    for (let act = this.#queue.shift(); act; act = this.#queue.shift()) guarded(act);
    this.#draining = false;
  }
}
