// The page's side of a running connection: promises, tokens and statuses around an engine, wherever
// that runs.
//
// Decides nothing about the link. The engine is told by commands, and tells by facts, which come in
// order and never inside one another.
import type {
  Command,
  Engine,
  EngineListener,
  EngineSetup,
  Fact,
  TellAfterLoss,
} from '../engine/engine.js';
import { type Recorded, readMetrics, readRecorded, readStatus } from '../engine/reports.js';
import { refusedRow } from '../engine/runner.js';
import {
  type GapReason,
  gapReasons,
  type Missed,
  missedWords,
  type SendOutcome,
  sendOutcomes,
} from '../generated/status.js';
import { ConnectionError, SendError } from './errors.js';
import { type HostChoice, startEngine } from './hosts.js';
import { severities } from './log.js';
import { optionRows } from './option-rows.js';
import { type EffectiveOptions, namedRows } from './options.js';
import type { OutgoingMessage } from './outgoing.js';
import { protocolLines, protocolsProblem, TokenRequests } from './tokens.js';
import type {
  ConnectionOptions,
  Gap,
  LogLevel,
  Metrics,
  RealtimeEvent,
  Reconnection,
  SendReceipt,
  Status,
} from './types.js';

export interface SessionListener {
  status(status: Status): void;
  event(event: RealtimeEvent): void;
  /** What came before and was not handed over yet must not be handed over any more. */
  forget(): void;
  reconnected(reconnection: Reconnection): void;
  gap(gap: Gap): void;
  serverBuild(build: string): void;
  positionWanted(tenant: string, user: string): void;
  identityChanged(): void;
  log(level: LogLevel, text: string): void;
  /** The engine answers no more, and was ended: nothing comes of this session any more. */
  lost(why: string, tellAfterLoss: TellAfterLoss): void;
}

interface Awaited {
  readonly ack: boolean;
  readonly resolve: (receipt: SendReceipt) => void;
  readonly reject: (error: SendError) => void;
}

/** Where nobody is asked before a dial, the offer is the same for every one. */
function tokenless(options: ConnectionOptions): string {
  if (options.getToken || typeof options.url === 'function') return '';
  const lines = protocolLines(options, null);
  if (lines !== null) return lines;
  throw new ConnectionError('option_invalid', { detail: protocolsProblem });
}

function refusal(row: number): ConnectionError {
  const name = namedRows()[row]?.[0];
  const detail =
    name === undefined
      ? 'subprotocols must be different RFC 7230 tokens'
      : name === 'validate'
        ? 'validate needs keepline-strict.wasm: give its address as `wasmUrl` or its bytes as `wasmBinary`'
        : `${name} is refused by the core`;
  return new ConnectionError('option_invalid', { detail });
}

export class Session implements EngineListener {
  readonly #listener: SessionListener;
  readonly #tokens: TokenRequests;
  readonly #awaited = new Map<number, Awaited>();
  readonly #waits = new Map<number, { resolve(ms: number | null): void; reject(): void }>();
  #engine: Engine | null = null;
  #error: ConnectionError | null = null;
  #trouble = 'null';
  #identity: string | null | undefined;
  #tickets = 0;
  #held: Command[] | null = null;

  private constructor(options: ConnectionOptions, listener: SessionListener) {
    this.#listener = listener;
    this.#tokens = new TokenRequests(options, (...answer) => this.tell(...answer));
  }

  /** Throws `option_invalid` for what only the core can judge, and where no engine can run why not. */
  static async start(
    choice: HostChoice,
    options: ConnectionOptions,
    { names, maxMessageBytes }: EffectiveOptions,
    identity: () => string | null | undefined,
    listener: SessionListener,
  ): Promise<Session> {
    const session = new Session(options, listener);
    const setup: EngineSetup = {
      rows: optionRows(options),
      protocols: tokenless(options),
      // As it is when the engine begins: somebody may sign in while the module is on its way.
      get identity() {
        session.#identity = identity();
        return session.#identity;
      },
      names,
      maxMessageBytes,
      keepsPosition: (options.resume?.store ?? 'none') !== 'none',
      WebSocket: options.WebSocket,
    };
    try {
      session.#engine = await startEngine(choice, setup, session);
    } catch (reason) {
      const row = refusedRow(reason);
      throw row === null ? reason : refusal(row);
    }
    return session;
  }

  /** Who is signed in, as far as the engine knows. */
  get identity(): string | null | undefined {
    return this.#identity;
  }

  tell(...command: Command): void {
    const forgets = this.#endsWhatCame(command);
    if (forgets) this.#listener.forget();
    if (this.#held) this.#held.push(command);
    else this.#engine?.handle([command], forgets);
  }

  /** As the core sees it: the same identity again changes nothing. */
  #endsWhatCame(command: Command): boolean {
    if (command[0] !== 'setIdentity') return command[0] === 'disconnect';
    const identity = command[2] ? command[1] : null;
    const changes = identity !== this.#identity;
    this.#identity = identity;
    return changes;
  }

  /**
   * What `run` commands goes in one piece: what follows is told when all of it is carried out. For the
   * first commands of all, before which nothing has come that one of them could end.
   */
  together(run: () => void): void {
    const held: Command[] = [];
    this.#held = held;
    run();
    this.#held = null;
    this.#engine?.handle(held);
  }

  send({ type, data, id, ttlMs, ack }: OutgoingMessage): Promise<SendReceipt> {
    return new Promise((resolve, reject) => {
      if (!this.#engine) {
        reject(new SendError('disconnected'));
        return;
      }
      this.#tickets += 1;
      this.#awaited.set(this.#tickets, { ack, resolve, reject });
      this.tell('send', this.#tickets, type, data, id, ttlMs, ack);
    });
  }

  /** Rejects where the engine is gone before it has answered. */
  drawWait(failures: number): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#tickets += 1;
      this.#waits.set(this.#tickets, { resolve, reject });
      this.tell('drawWait', this.#tickets, failures);
    });
  }

  position(): string | null {
    return (this.#engine?.ask('position')[0] as string | undefined) || null;
  }

  /** For so long the server knows the ids of messages; null where nothing is known yet. */
  ackWindowMs(): number | null {
    return (this.#engine?.ask('ackWindow')[0] as number | undefined) ?? null;
  }

  metrics(): Metrics {
    const metrics = readMetrics(this.#engine?.ask('metrics') ?? []);
    return { ...metrics, backlog: this.#engine?.backlog?.() ?? metrics.backlog };
  }

  diagnostics(): Recorded {
    return readRecorded(this.#engine?.ask('diagnostics') ?? []);
  }

  /** Leaves no socket, timer, request or object behind. */
  dispose(): void {
    this.#engine?.dispose();
    this.#engine = null;
    this.#tokens.abandonAll();
    // One that waited for an answer may have been sent.
    for (const { ack, reject } of this.#awaited.values()) {
      reject(new SendError(ack ? 'unconfirmed' : 'disconnected'));
    }
    this.#awaited.clear();
    for (const { reject } of this.#waits.values()) reject();
    this.#waits.clear();
  }

  // ---- what the engine tells (EngineListener)

  lost(why: string, tellAfterLoss: TellAfterLoss): void {
    this.#listener.lost(why, tellAfterLoss);
  }

  event(event: RealtimeEvent): void {
    this.#listener.event(event);
  }

  told(fact: Fact): void {
    switch (fact[0]) {
      case 'status': {
        const { error, ...report } = readStatus(fact[1]);
        // The same trouble is the same object, so that a view that shows it need not draw it again.
        const trouble = JSON.stringify(error);
        if (trouble !== this.#trouble)
          this.#error = error && new ConnectionError(error.kind, error);
        this.#trouble = trouble;
        // The core keeps what belongs together; a report does not say it in its type.
        this.#listener.status(Object.freeze({ ...report, error: this.#error }) as Status);
        break;
      }
      case 'requestToken':
        this.#tokens.request(fact[1], fact[2], fact[3]);
        break;
      case 'abandonToken':
        this.#tokens.abandon(fact[1]);
        break;
      case 'settle':
        this.#settle(...fact);
        break;
      case 'identityChanged':
        this.#listener.forget();
        this.#listener.identityChanged();
        break;
      case 'reconnected':
        this.#listener.reconnected({
          downMs: fact[1],
          identityChanged: fact[2],
          missed: missedWords[fact[3]] as Missed,
        });
        break;
      case 'gap':
        this.#listener.gap({
          from: fact[1] || null,
          to: fact[2] || null,
          reason: gapReasons[fact[3]] as GapReason,
          spreadMs: fact[4],
        });
        break;
      case 'serverBuild':
        this.#listener.serverBuild(fact[1]);
        break;
      case 'positionWanted':
        this.#listener.positionWanted(fact[1], fact[2]);
        break;
      case 'waitDrawn':
        this.#waits.get(fact[1])?.resolve(fact[2] < 0 ? null : fact[2]);
        this.#waits.delete(fact[1]);
        break;
      case 'log':
        this.#listener.log(severities[fact[1]] as LogLevel, fact[2]);
        break;
    }
  }

  #settle(
    ...[, ticket, outcome, at, sentAt, id, detail]: Extract<Fact, readonly ['settle', ...unknown[]]>
  ): void {
    const awaited = this.#awaited.get(ticket);
    this.#awaited.delete(ticket);
    const kind = sendOutcomes[outcome] as SendOutcome;
    const said = detail ? JSON.parse(detail) : undefined;
    if (kind === 'sent') {
      awaited?.resolve({ sentAt: at });
    } else if (kind === 'done' || kind === 'repeated') {
      awaited?.resolve({ sentAt, ackedAt: at, repeat: kind === 'repeated', result: said });
    } else {
      awaited?.reject(new SendError(kind, undefined, id, said, sentAt));
    }
  }
}
