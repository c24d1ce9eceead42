// One link, from its dial to its end.
//
// Until the token is verified nothing is parsed and nothing is sent; a message or too long a wait ends it.
// Afterwards it answers control messages, carries the events that the hub gives it, and ends when its token
// does, unless that is renewed in-band.
import { randomUUID } from 'node:crypto';
import { CloseCode, fitReason, hintReason, type RetryHint } from './close-codes.js';
import {
  decodeFrame,
  encodeControl,
  encodePong,
  type InboundFrame,
  isRecord,
  ownMember,
} from './frames.js';
import { Handling } from './handlers.js';
import type { Member } from './hub.js';
import { codeLabel, frameLabel } from './labels.js';
import { TokenBucket } from './pace.js';
import type { SessionParts } from './parts.js';
import { Subscription } from './subscription.js';
import type { DialRequest, Incoming, Link, Principal, Refusal } from './types.js';
import { sameUser, type UserKey } from './user-map.js';

export interface ConnectionInfo extends UserKey {
  readonly connectionId: string;
  readonly remoteAddress: string;
  /** When it was dialled; wall-clock ms. */
  readonly since: number;
  /** When its token ends; wall-clock ms. */
  readonly expiresAt: number;
  readonly bufferedBytes: number;
}

type Phase = 'verifying' | 'open' | 'closed';

/** Longest delay a Node timer takes. */
const timerMaxMs = 2 ** 31 - 1;
const unansweredPingsMax = 2;
/** What a client that floods is told; long enough to end a loop, short enough not to strand a person. */
const rateLimitHint: RetryHint = { retryAfterMs: 5000, spreadMs: 2000 };

const codeOf = {
  token: CloseCode.unauthorised,
  forbidden: CloseCode.forbidden,
  unavailable: CloseCode.tryLater,
} as const;

export class Session implements Member, Incoming {
  readonly connectionId = randomUUID();
  /** Which slice of a round it belongs to. */
  readonly slot: number;
  readonly remoteAddress: string;
  /** Wall-clock ms. */
  readonly since = Date.now();
  readonly #link: Link;
  readonly #dial: DialRequest;
  readonly #parts: SessionParts;
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;
  #phase: Phase = 'verifying';
  #principal: Principal | null = null;
  #subscription: Subscription | null = null;
  #announcements: TokenBucket | null = null;
  #handling: Handling | null = null;
  /** What gives back the places that this link takes. */
  readonly #places: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #unansweredPings = 0;
  #renewals = 0;
  #ended: () => void = () => undefined;
  /** Settles when the link has closed, however that came about. */
  readonly whenClosed = new Promise<void>((resolve) => {
    this.#ended = resolve;
  });

  constructor(link: Link, dial: DialRequest, parts: SessionParts, slot: number) {
    this.slot = slot;
    this.#link = link;
    this.#dial = dial;
    this.#parts = parts;
    this.remoteAddress = link.remoteAddress;
    const { limits } = parts;
    this.#messages = new TokenBucket(limits.messages, performance.now());
    this.#bytes = new TokenBucket(limits.bytes, performance.now());
    this.#places.push(parts.places.addresses.add(link.remoteAddress));
  }

  get principal(): Principal {
    if (this.#principal) return this.#principal;
    throw new Error('A link has no principal before its token is verified.');
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  get info(): ConnectionInfo {
    const { tenant, user, expiresAt } = this.principal;
    const { connectionId, remoteAddress, since } = this;
    const { bufferedBytes } = this.#link;
    return { connectionId, tenant, user, remoteAddress, since, expiresAt, bufferedBytes };
  }

  // ---- the dial

  /** `known`: the token is judged without asking anybody, and need not wait its turn. */
  async authenticate(token: string, known: boolean): Promise<void> {
    const { limits, places, verify } = this.#parts;
    if (!known) {
      const { waiting } = places;
      const full =
        waiting.total >= limits.waiting ||
        waiting.of(this.remoteAddress) >= limits.waitingPerAddress;
      if (full) {
        this.close(CloseCode.tryLater, 'too many sockets are waiting to be verified');
        return;
      }
    }
    const leave = known ? () => undefined : places.waiting.add(this.remoteAddress);
    this.#timer = setTimeout(
      () => this.close(CloseCode.timeout, 'token not verified in time'),
      limits.verifyMs,
    );
    // A judgement that hangs is not waited for once the link has gone.
    this.#places.push(leave);
    const verdict = await verify(token, this.#dial);
    leave();
    if (this.#phase !== 'verifying') return;
    clearTimeout(this.#timer);
    if ('refused' in verdict) this.#refuse(verdict);
    else this.#open(verdict);
  }

  #refuse({ refused, why }: Refusal): void {
    this.close(codeOf[refused], why);
  }

  #open(principal: Principal): void {
    const { limits, places, hub, presence, authorise, handling, log, metrics } = this.#parts;
    const { tenant, user } = principal;
    // Two levels, as in the hub: no separator can be forged.
    const place = JSON.stringify([tenant, user]);
    if (places.users.of(place) >= limits.socketsPerUser) {
      this.close(CloseCode.tooManyRequests, hintReason(rateLimitHint));
      return;
    }
    this.#places.push(places.users.add(place));
    this.#principal = principal;
    this.#phase = 'open';
    this.#subscription = new Subscription((type) => authorise(this.principal, type));
    this.#announcements = new TokenBucket(limits.announcements, performance.now());
    this.#handling = new Handling(
      {
        principal,
        connectionId: this.connectionId,
        send: (frame, type) => this.send(frame, type),
      },
      handling,
    );
    this.#armExpiry(principal.expiresAt);
    if (this.#parts.greets) this.send(this.#greeting(principal), 'connected');
    hub.add(this);
    presence.join(principal);
    metrics.count('upgrades_total', { outcome: 'accepted' });
    log.info({ connection: this.connectionId, tenant, user }, 'link open');
  }

  #greeting({ tenant, user, expiresAt }: Principal): string {
    const { features, heartbeatMs, build } = this.#parts;
    return encodeControl('connected', {
      connectionId: this.connectionId,
      userId: user,
      tenantId: tenant,
      serverTime: new Date().toISOString(),
      heartbeatMs,
      tokenExpiresInMs: Number.isFinite(expiresAt) ? expiresInMs(expiresAt) : undefined,
      features,
      build,
    });
  }

  // ---- what the peer says

  message(message: string | Uint8Array, size: number): void {
    if (this.#phase === 'closed') return;
    if (this.#phase === 'verifying') {
      this.close(CloseCode.badRequest, 'sent a frame before the token was verified');
      return;
    }
    const now = performance.now();
    const stalled = this.#parts.stalls.ms;
    if (size > this.#parts.limits.messageBytes) {
      this.close(
        CloseCode.tooLarge,
        `a message has at most ${this.#parts.limits.messageBytes} bytes`,
      );
    } else if (!this.#messages.take(now, 1, stalled) || !this.#bytes.take(now, size, stalled)) {
      this.close(CloseCode.tooManyRequests, hintReason(rateLimitHint));
    } else {
      this.#unansweredPings = 0;
      this.#parts.presence.heard(this.principal);
      this.#take(decodeFrame(message));
    }
  }

  pong(): void {
    this.#unansweredPings = 0;
  }

  #take(frame: InboundFrame): void {
    const { metrics, handling } = this.#parts;
    metrics.count('messages_received_total', { type: frameLabel(frame, handling.handlers) });
    switch (frame.kind) {
      case 'malformed':
        this.close(CloseCode.badRequest, frame.why);
        return;
      case 'ping':
        if (this.#parts.answersPings) this.send('pong', 'pong');
        return;
      case 'pong':
        return;
      case 'message':
        this.#takeMessage(frame);
    }
  }

  #takeMessage(message: InboundFrame & { readonly kind: 'message' }): void {
    const { type, id, data } = message;
    const { features, answersPings } = this.#parts;
    if (type === 'ping') {
      if (answersPings) this.send(encodePong(id, Date.now()), 'pong');
    } else if (type === 'subscribe' && features.includes('subscribe')) {
      this.#subscribe(id, data);
    } else if (type === 'auth' && features.includes('reauth')) {
      void this.#renew(isRecord(data) ? ownMember(data, 'token') : undefined);
    } else if (type !== 'pong') {
      void this.#handling?.handle(message);
    }
  }

  #subscribe(id: string | undefined, data: unknown): void {
    if (!this.#announcements?.take(performance.now(), 1, this.#parts.stalls.ms)) {
      this.close(CloseCode.tooManyRequests, hintReason(rateLimitHint));
      return;
    }
    const { problem, forbidden } = this.#subscription?.announce(
      data,
      this.#parts.limits.patterns,
    ) ?? { forbidden: [] };
    if (problem) {
      this.send(encodeControl('error', { code: 'bad_subscribe', message: problem }, id), 'error');
    } else if (forbidden.length > 0) {
      const message = `not allowed: ${forbidden.join(', ')}`;
      this.send(encodeControl('error', { code: 'forbidden', message }, id), 'error');
    }
  }

  /** A fresh token for the same person moves the deadline; the newest request is the one that counts. */
  async #renew(token: unknown): Promise<void> {
    this.#renewals += 1;
    const renewal = this.#renewals;
    const verdict: Principal | Refusal =
      typeof token === 'string'
        ? await this.#parts.verify(token, this.#dial)
        : { refused: 'token', why: 'token missing' };
    if (this.#phase !== 'open' || renewal !== this.#renewals) return;
    if ('refused' in verdict) {
      // Where nobody can judge it, the old token still holds until it expires: ending the link now would
      // punish the client for the issuer's outage.
      if (verdict.refused === 'unavailable') {
        const problem = { code: 'auth_unavailable', message: verdict.why, retry: true };
        this.send(encodeControl('error', problem), 'error');
      } else this.#refuse(verdict);
    } else if (!sameUser(verdict, this.principal)) {
      this.close(CloseCode.unauthorised, 'token belongs to somebody else');
    } else {
      this.#principal = verdict;
      this.#subscription?.reconsider();
      this.#armExpiry(verdict.expiresAt);
      this.send(encodeControl('authed', { expiresInMs: expiresInMs(verdict.expiresAt) }), 'authed');
      this.#parts.log.info({ connection: this.connectionId }, 'token renewed');
    }
  }

  // ---- what it is told

  wants(type: string): boolean {
    return this.#subscription?.wants(type) ?? false;
  }

  /** `type` is what it is counted as: of a list made here. */
  send(frame: string, type: string): void {
    if (this.sendEvent(frame)) this.#parts.metrics.count('messages_sent_total', { type });
  }

  /** Counted by whoever sends the same to many. False where nothing can be sent. */
  sendEvent(frame: string): boolean {
    if (this.#phase !== 'open') return false;
    const { limits, metrics, log } = this.#parts;
    const { bufferedBytes } = this.#link;
    if (bufferedBytes > limits.bufferedBytes) {
      log.warn({ connection: this.connectionId, bufferedBytes }, 'slow reader cut');
      metrics.count('slow_readers_cut_total');
      metrics.count('slow_reader_bytes_cut_total', {}, bufferedBytes);
      this.terminate();
      return false;
    }
    this.#link.send(frame);
    return true;
  }

  /** A planned end: said in a message for those who listen, and in the close code for all. */
  sendAway(hint: RetryHint): void {
    this.send(encodeControl('going_away', hint), 'going_away');
    this.close(CloseCode.restart, hintReason(hint));
  }

  close(code: number, reason: string): void {
    if (this.#phase === 'closed') return;
    const fitting = fitReason(reason);
    this.#leave(code, fitting);
    this.#link.close(code, fitting);
  }

  /** Ends the link without a close frame; the other side sees 1006. */
  terminate(): void {
    this.#leave(1006, 'terminated');
    this.#link.terminate();
  }

  /** Called at a steady pace. */
  checkLiveness(): void {
    if (this.#phase !== 'open' || !this.#link.ping) return;
    if (this.#unansweredPings >= unansweredPingsMax) {
      this.#parts.log.info({ connection: this.connectionId }, 'peer gone: two pings unanswered');
      this.terminate();
      return;
    }
    this.#unansweredPings += 1;
    this.#link.ping();
  }

  #armExpiry(expiresAt: number): void {
    clearTimeout(this.#timer);
    if (!Number.isFinite(expiresAt)) return;
    this.#timer = setTimeout(
      () => {
        if (Date.now() < expiresAt) this.#armExpiry(expiresAt);
        else this.close(CloseCode.unauthorised, 'token expired');
      },
      Math.min(Math.max(0, expiresAt - Date.now()), timerMaxMs),
    );
  }

  // ---- its end

  /** The adapter's word: the link is gone, whoever ended it. */
  closed(code: number): void {
    this.#leave(code, '');
    for (const giveBack of this.#places) giveBack();
    this.#parts.metrics.count('closes_total', {
      code: codeLabel(code),
    });
    this.#parts.gone(this);
    this.#ended();
  }

  /** From here on nothing is said or heard; its places are kept until it has really gone. */
  #leave(code: number, reason: string): void {
    if (this.#phase === 'closed') return;
    const wasOpen = this.#phase === 'open';
    this.#phase = 'closed';
    clearTimeout(this.#timer);
    this.#handling?.end();
    if (!wasOpen) {
      this.#parts.dialFailed(code, reason);
      return;
    }
    const { hub, presence, log } = this.#parts;
    hub.remove(this);
    presence.leave(this.principal);
    log.info({ connection: this.connectionId, code, reason }, 'link closed');
  }
}

const expiresInMs = (expiresAt: number): number => Math.max(0, Math.round(expiresAt - Date.now()));
