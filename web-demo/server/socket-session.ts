/**
 * One accepted socket, from the upgrade to its close.
 *
 * Until the token is verified nothing is parsed and nothing is sent; a frame or too long a wait
 * ends it. Afterwards it answers control messages, carries the events its hub gives it, and ends
 * when its token does unless renewed in-band.
 */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { TokenVerifier, Verdict } from './auth.js';
import { CloseCode, fitReason, hintReason, type RetryHint } from './close-codes.js';
import { DelayLine } from './delay-line.js';
import {
  decodeFrame,
  encodeControl,
  encodePong,
  type InboundFrame,
  isRecord,
  ownMember,
} from './frames.js';
import type { Hub, HubMember } from './hub.js';
import type { Log } from './log.js';
import type { ServerMetrics, UpgradeOutcome } from './metrics.js';
import type { ServerOptions } from './options.js';
import { type Principal, samePrincipal } from './principal.js';
import { TokenBucket } from './rate-limit.js';
import { Subscription } from './subscription.js';

export interface SessionDependencies {
  readonly options: ServerOptions;
  readonly verifier: TokenVerifier;
  readonly hub: Hub<SocketSession>;
  readonly metrics: ServerMetrics;
  readonly log: Log;
  /** Told of every frame of a verified socket; the network panel counts them. */
  readonly onFrame?: ((principal: Principal, type: string) => void) | undefined;
  /** Told of every verified socket before anything is sent to it. */
  readonly onVerified?: ((session: SocketSession) => void) | undefined;
}

type Phase = 'verifying' | 'open' | 'closed';

const OUTCOMES: ReadonlyMap<number, UpgradeOutcome> = new Map(
  Object.entries(CloseCode).map(([name, code]) => [code, name as keyof typeof CloseCode]),
);

/** Longest delay a Node timer takes. */
const TIMER_MAX_MS = 2 ** 31 - 1;
const UNANSWERED_PINGS_MAX = 2;
/**
 * What a client that floods is told; long enough to end a loop, short enough not to strand a
 * person.
 */
const RATE_LIMIT_HINT = { retryAfterMs: 5000, spreadMs: 2000 } as const;

export class SocketSession implements HubMember {
  readonly connectionId = randomUUID();
  readonly #socket: WebSocket;
  readonly #transport: Duplex;
  readonly #deps: SessionDependencies;
  readonly #bucket: TokenBucket;
  readonly #closed: Promise<void>;
  readonly #inbound = new DelayLine();
  readonly #outbound = new DelayLine();
  #log: Log;
  #phase: Phase = 'verifying';
  #principal: Principal | null = null;
  #subscription = Subscription.everything();
  #timer: NodeJS.Timeout | undefined;
  #unansweredPings = 0;
  #renewals = 0;
  #stalled = false;

  constructor(socket: WebSocket, transport: Duplex, deps: SessionDependencies) {
    this.#socket = socket;
    this.#transport = transport;
    this.#deps = deps;
    this.#log = deps.log.child({ connection: this.connectionId });
    this.#bucket = new TokenBucket(deps.options.limits.messages, performance.now());
    this.#closed = new Promise((resolve) => {
      socket.once('close', (code: number) => {
        this.#handleClosed(code);
        resolve();
      });
    });
    socket.on('message', (data: Buffer) => this.#handleFrame(data));
    socket.on('pong', () => {
      this.#unansweredPings = 0;
    });
    // `ws` closes by itself after an error (too large, not UTF-8, bad framing); without a listener
    // it would end the process.
    socket.on('error', (error) => this.#log.info({ problem: error.message }, 'socket error'));
  }

  get principal(): Principal {
    if (this.#principal === null)
      throw new Error('A socket has no principal before its token is verified.');
    return this.#principal;
  }

  /** Settles when the socket has closed, however that came about. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  get isVerifying(): boolean {
    return this.#phase === 'verifying';
  }

  async authenticate(token: string): Promise<void> {
    this.#timer = setTimeout(
      () => this.close(CloseCode.timeout, 'token not verified in time'),
      this.#deps.options.limits.verifyTimeoutMs,
    );
    const verdict = await this.#deps.verifier.verify(token);
    if (this.#phase !== 'verifying') return;
    clearTimeout(this.#timer);
    if (verdict.kind !== 'accepted') {
      this.#refuse(verdict);
      return;
    }
    this.#principal = verdict.principal;
    this.#phase = 'open';
    this.#log = this.#log.child({ ...verdict.principal });
    this.#armExpiry(verdict.expiresAtMs);
    this.#deps.onVerified?.(this);
    if (this.#deps.options.sendConnected)
      this.sendFrame(this.#connectedFrame(verdict.expiresAtMs), 'connected');
    this.#deps.hub.add(this);
    this.#deps.metrics.countUpgrade('accepted');
    this.#log.info('socket open');
  }

  wants(type: string): boolean {
    return this.#subscription.wants(type);
  }

  /** `type` is what it is counted as. */
  sendFrame(frame: string | Buffer, type: string): void {
    if (this.#phase !== 'open') return;
    if (
      !this.#stalled &&
      this.#socket.bufferedAmount > this.#deps.options.limits.bufferedBytesMax
    ) {
      this.#log.warn({ buffered: this.#socket.bufferedAmount }, 'slow reader cut');
      this.#deps.metrics.countCut(this.#socket.bufferedAmount);
      this.terminate();
      return;
    }
    this.#deps.metrics.countSent(type);
    this.#put(this.#outbound, Buffer.byteLength(frame), () =>
      this.#socket.send(frame, { binary: typeof frame !== 'string' }),
    );
  }

  close(code: number, reason: string): void {
    if (this.#phase === 'closed') return;
    this.#leave(OUTCOMES.get(code));
    this.#log.info({ code, reason }, 'closing socket');
    // After what was said before it, where that takes a while.
    this.#put(this.#outbound, 0, () => this.#socket.close(code, fitReason(reason)));
  }

  /** A planned end: said in a message for those who listen, and in the close code for all. */
  sendAway(hint: RetryHint): void {
    this.#sendControl('going_away', hint);
    this.close(CloseCode.restart, hintReason(hint));
  }

  /** Ends the link without a close frame; the other side sees 1006. */
  terminate(): void {
    this.#leave();
    this.#forgetHeld();
    this.#socket.terminate();
  }

  /** Settles when the operating system has taken what was sent so far, or the socket is gone. */
  async drained(): Promise<void> {
    if (!this.#transport.writableNeedDrain || this.#stalled) return;
    const taken = new Promise((resolve) => this.#transport.once('drain', resolve));
    await Promise.race([taken, this.#closed]);
  }

  /**
   * Delays every message in both directions, in order. The protocol's own pings pass: they are
   * answered below what a page can see.
   */
  setLatency(ms: number): void {
    this.#inbound.setDelay(ms);
    this.#outbound.setDelay(ms);
  }

  /**
   * Holds everything in both directions while the connection stays up: the half-open link that a
   * sleeping laptop or a lost route leaves behind. Whoever waits for an answer waits in vain, a
   * close handshake included.
   */
  setStalled(stalled: boolean): void {
    if (stalled === this.#stalled || this.#socket.readyState === this.#socket.CLOSED) return;
    this.#stalled = stalled;
    if (stalled) {
      this.#transport.cork();
      this.#socket.pause();
    } else {
      this.#transport.uncork();
      this.#socket.resume();
      this.#unansweredPings = 0;
    }
  }

  /**
   * Called at a steady pace. The browser answers protocol pings even while the page's own timers
   * sleep.
   */
  checkLiveness(): void {
    if (this.#phase !== 'open' || this.#stalled) return;
    if (this.#unansweredPings >= UNANSWERED_PINGS_MAX) {
      this.#log.info('peer gone: two pings unanswered');
      this.terminate();
      return;
    }
    this.#unansweredPings += 1;
    this.#socket.ping();
  }

  #sendControl(type: string, data: unknown, id?: string): void {
    this.sendFrame(encodeControl(type, data, id), type);
  }

  #connectedFrame(expiresAtMs: number): string {
    const { features, heartbeatMs } = this.#deps.options;
    return encodeControl('connected', {
      connectionId: this.connectionId,
      ...this.principal,
      serverTime: new Date().toISOString(),
      heartbeatMs,
      tokenExpiresInMs: Math.max(0, Math.round(expiresAtMs - Date.now())),
      features,
    });
  }

  #handleFrame(bytes: Buffer): void {
    if (this.#phase === 'closed') return;
    if (this.#phase === 'verifying') {
      this.close(CloseCode.badRequest, 'sent a frame before the token was verified');
      return;
    }
    if (!this.#bucket.take(performance.now())) {
      this.close(CloseCode.tooManyRequests, hintReason(RATE_LIMIT_HINT));
      return;
    }
    const frame = decodeFrame(bytes);
    const type = frame.kind === 'message' ? frame.type : frame.kind;
    this.#deps.metrics.countReceived(type);
    this.#deps.onFrame?.(this.principal, type);
    this.#put(this.#inbound, bytes.length, () => {
      if (this.#phase === 'open') this.#handleDecoded(frame);
    });
  }

  #put(line: DelayLine, bytes: number, pass: () => void): void {
    if (line.put(bytes, pass)) return;
    this.#log.warn('more was held back than there is room for');
    this.terminate();
  }

  #forgetHeld(): void {
    this.#inbound.clear();
    this.#outbound.clear();
  }

  #handleDecoded(frame: InboundFrame): void {
    switch (frame.kind) {
      case 'malformed':
        this.close(CloseCode.badRequest, frame.why);
        return;
      case 'ping':
        if (this.#deps.options.answerPings) this.sendFrame('pong', 'pong');
        return;
      case 'pong':
        return;
      case 'message':
        this.#handleMessage(frame.type, frame.id, frame.data);
    }
  }

  #handleMessage(type: string, id: string | undefined, data: unknown): void {
    const { answerPings, features } = this.#deps.options;
    if (type === 'ping') {
      if (answerPings) this.sendFrame(encodePong(id, Date.now()), 'pong');
    } else if (type === 'subscribe' && features.includes('subscribe')) {
      this.#subscribe(id, data);
    } else if (type === 'auth' && features.includes('reauth')) {
      void this.#renew(isRecord(data) ? ownMember(data, 'token') : undefined);
    } else {
      this.#log.debug({ type }, 'message received');
    }
  }

  #subscribe(id: string | undefined, data: unknown): void {
    const parsed = Subscription.parse(data);
    if (parsed instanceof Subscription) {
      this.#subscription = parsed;
      return;
    }
    this.#sendControl('error', { code: 'bad_subscribe', message: parsed.problem }, id);
  }

  /**
   * A fresh token for the same person moves the deadline; the newest request is the one that
   * counts.
   */
  async #renew(token: unknown): Promise<void> {
    this.#renewals += 1;
    const renewal = this.#renewals;
    const verdict: Verdict =
      typeof token === 'string'
        ? await this.#deps.verifier.verify(token)
        : { kind: 'rejected', why: 'token missing' };
    if (this.#phase !== 'open' || renewal !== this.#renewals) return;
    if (verdict.kind === 'unavailable') {
      // The old token still holds until it expires; ending the link now would punish the client for
      // the issuer's outage.
      this.#sendControl('error', { code: 'auth_unavailable', message: verdict.why });
    } else if (verdict.kind !== 'accepted') {
      this.close(CloseCode.unauthorised, verdict.why);
    } else if (!samePrincipal(verdict.principal, this.principal)) {
      this.close(CloseCode.unauthorised, 'token belongs to somebody else');
    } else {
      this.#armExpiry(verdict.expiresAtMs);
      const expiresInMs = Math.max(0, Math.round(verdict.expiresAtMs - Date.now()));
      this.#sendControl('authed', { expiresInMs });
      this.#log.info('token renewed');
    }
  }

  #refuse(verdict: Exclude<Verdict, { kind: 'accepted' }>): void {
    const codes = {
      rejected: CloseCode.unauthorised,
      forbidden: CloseCode.forbidden,
      unavailable: CloseCode.tryLater,
    } as const;
    this.close(codes[verdict.kind], verdict.why);
  }

  #armExpiry(expiresAtMs: number): void {
    clearTimeout(this.#timer);
    const remaining = expiresAtMs - Date.now();
    this.#timer = setTimeout(
      () => {
        if (Date.now() < expiresAtMs) this.#armExpiry(expiresAtMs);
        else this.close(CloseCode.unauthorised, 'token expired');
      },
      Math.min(Math.max(0, remaining), TIMER_MAX_MS),
    );
  }

  /** A socket that leaves unverified is a dial that failed: by our word, or because it hung up. */
  #leave(outcome: UpgradeOutcome = 'client_left'): void {
    if (this.#phase === 'verifying') this.#deps.metrics.countUpgrade(outcome);
    this.#phase = 'closed';
    clearTimeout(this.#timer);
    if (this.#principal !== null) this.#deps.hub.remove(this);
  }

  #handleClosed(code: number): void {
    this.#leave();
    this.#forgetHeld();
    this.#deps.metrics.countClose(code);
    this.#log.info({ code }, 'socket closed');
  }
}
