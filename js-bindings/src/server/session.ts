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
import { expiresInMs, greetingOf } from './greeting.js';
import { Handling } from './handlers.js';
import type { Member } from './hub.js';
import { Inflow } from './inflow.js';
import { codeLabel, frameLabel } from './labels.js';
import { Outbox } from './outbox.js';
import type { Feature, SessionParts } from './parts.js';
import type { TailEntry } from './stream/entry.js';
import { Reader, type ReaderLink } from './stream/reader.js';
import type { Tail } from './stream/tail.js';
import { Subscription } from './subscription.js';
import { Tenure } from './tenure.js';
import type { ConnectionInfo, DialRequest, Incoming, Link, Principal, Refusal } from './types.js';

type Phase = 'verifying' | 'open' | 'closed';

const unansweredPingsMax = 2;
/** Of links that do not say when they have room. */
const drainedPollMs = 50;
/** What a client that floods is told; long enough to end a loop, short enough not to strand a person. */
const rateLimitHint: RetryHint = { retryAfterMs: 5000, spreadMs: 2000 };

/** Of a log that has never answered this node. */
const logAwayHint: RetryHint = { retryAfterMs: 1000, spreadMs: 4000 };

const codeOf = {
  token: CloseCode.unauthorised,
  forbidden: CloseCode.forbidden,
  unavailable: CloseCode.tryLater,
} as const;

export class Session implements Member, Incoming, ReaderLink {
  readonly connectionId = randomUUID();
  /** Which slice of a round it belongs to. */
  readonly slot: number;
  readonly remoteAddress: string;
  /** Wall-clock ms. */
  readonly since = Date.now();
  readonly #link: Link;
  readonly #dial: DialRequest;
  readonly #parts: SessionParts;
  readonly #inflow: Inflow;
  readonly #outbox: Outbox;
  #phase: Phase = 'verifying';
  #principal: Principal | null = null;
  #subscription: Subscription | null = null;
  #handling: Handling | null = null;
  #reader: Reader | null = null;
  #tenure: Tenure | null = null;
  /** What gives back the places that this link takes. */
  readonly #places: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #unansweredPings = 0;
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
    this.#inflow = new Inflow(parts.limits, parts.stalls);
    this.#outbox = new Outbox(link, parts.turn);
    this.#places.push(parts.places.addresses.add(link.remoteAddress));
  }

  get principal(): Principal {
    if (this.#principal) return this.#principal;
    throw new Error('A link has no principal before its token is verified.');
  }

  get info(): ConnectionInfo {
    const { tenant, user, expiresAt } = this.principal;
    const { connectionId, remoteAddress, since, bufferedBytes } = this;
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
    if ('refused' in verdict) this.#refuse(verdict);
    else await this.#join(verdict);
  }

  /** Who is greeted without a place in the stream is handed what the next link is sent again. */
  async #join(principal: Principal): Promise<void> {
    const { streams } = this.#parts;
    const tail = await streams.join(principal.tenant);
    this.#places.push(() => streams.leave(principal.tenant));
    if (this.#phase !== 'verifying') this.#giveBack();
    else if (tail.state === null && this.#has('resume')) {
      this.close(CloseCode.tryLater, hintReason(logAwayHint));
    } else this.#open(principal, tail);
  }

  #refuse({ refused, why }: Refusal): void {
    this.close(codeOf[refused], why);
  }

  #open(principal: Principal, tail: Tail): void {
    const { limits, places, hub, presence, handling, log, metrics } = this.#parts;
    const { tenant, user } = principal;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Two levels, as in the hub: no separator can be forged.
    const place = JSON.stringify([tenant, user]);
    if (places.users.of(place) >= limits.socketsPerUser - this.#parts.linksElsewhere(principal)) {
      this.close(CloseCode.tooManyRequests, hintReason(rateLimitHint));
      return;
    }
    this.#places.push(places.users.add(place));
    this.#principal = principal;
    this.#phase = 'open';
    this.#tenure = new Tenure(principal, {
      verify: (token) => this.#parts.verify(token, this.#dial),
      renewed: (renewed) => this.#renewed(renewed),
      refused: (refusal) => this.#refuse(refusal),
      unavailable: (why) =>
        this.say('error', { code: 'auth_unavailable', message: why, retry: true }),
    });
    this.#subscription = new Subscription({
      mayHear: (type) => this.#parts.authorise(this.principal, type),
      windowMs: (type) => this.#parts.batchWindowMs(this.principal, type),
    });
    this.#handling = new Handling(
      {
        principal,
        connectionId: this.connectionId,
        send: (frame, type) => this.send(frame, type),
      },
      handling,
    );
    const began = tail.state;
    if (this.#parts.greets) {
      this.send(greetingOf(this.connectionId, principal, began, this.#parts), 'connected');
    }
    this.#reader = new Reader(this, tail, this.#parts, began, this.#has('resume'));
    hub.add(this);
    presence.join(principal);
    metrics.count('upgrades_total', { outcome: 'accepted' });
    log.info({ connection: this.connectionId, tenant, user }, 'link open');
  }

  #has(feature: Feature): boolean {
    return this.#parts.features.includes(feature);
  }

  // ---- what the peer says

  message(message: string | Uint8Array, size: number): void {
    if (this.#phase === 'closed') return;
    if (this.#phase === 'verifying') {
      this.close(CloseCode.badRequest, 'sent a frame before the token was verified');
      return;
    }
    if (size > this.#parts.limits.messageBytes) {
      this.close(
        CloseCode.tooLarge,
        `a message has at most ${this.#parts.limits.messageBytes} bytes`,
      );
    } else if (!this.#inflow.takesMessage(size)) {
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
    if (type === 'ping') {
      if (this.#parts.answersPings) this.send(encodePong(id, Date.now()), 'pong');
    } else if (type === 'subscribe' && this.#has('subscribe')) {
      this.#subscribe(id, data);
    } else if (type === 'auth' && this.#has('reauth')) {
      void this.#tenure?.renew(isRecord(data) ? ownMember(data, 'token') : undefined);
    } else if (type === 'resume' && this.#has('resume')) {
      void this.#reader?.resume(isRecord(data) ? ownMember(data, 'from') : undefined);
    } else if (type !== 'pong') {
      void this.#handling?.handle(message);
    }
  }

  #subscribe(id: string | undefined, data: unknown): void {
    if (!this.#inflow.takesAnnouncement()) {
      this.close(CloseCode.tooManyRequests, hintReason(rateLimitHint));
      return;
    }
    const { problem, forbidden } = this.#subscription?.announce(
      data,
      this.#parts.limits.patterns,
    ) ?? { forbidden: [] };
    if (this.#has('batch') && isRecord(data) && ownMember(data, 'batch') === true) {
      this.#outbox.batch();
    }
    if (problem) {
      this.send(encodeControl('error', { code: 'bad_subscribe', message: problem }, id), 'error');
    } else if (forbidden.length > 0) {
      const message = `not allowed: ${forbidden.join(', ')}`;
      this.send(encodeControl('error', { code: 'forbidden', message }, id), 'error');
    }
  }

  #renewed(principal: Principal): void {
    this.#principal = principal;
    this.#subscription?.reconsider();
    this.say('authed', { expiresInMs: expiresInMs(principal.expiresAt) });
    this.#parts.log.info({ connection: this.connectionId }, 'token renewed');
  }

  // ---- what it is told

  /** Its place in its tenant's stream; null before it has one. */
  get reader(): Reader | null {
    return this.#reader;
  }

  concerns(entry: TailEntry): boolean {
    return entry.isFor(this.principal.user) && (this.#subscription?.wants(entry.type) ?? false);
  }

  /** Counted by whoever sends the same to many. False where nothing can be sent. */
  sendEvent(entry: TailEntry): boolean {
    if (!this.#takesMore()) return false;
    this.#outbox.push(entry.frame, entry.bytes, this.#subscription?.windowMs(entry.type) ?? 0);
    return true;
  }

  /** `type` is what it is counted as: of a list made here. */
  send(frame: string, type: string): void {
    if (!this.#takesMore()) return;
    this.#outbox.send(frame);
    this.#parts.metrics.count('messages_sent_total', { type });
  }

  say(type: string, data: unknown): void {
    this.send(encodeControl(type, data), type);
  }

  get bufferedBytes(): number {
    return this.#outbox.bufferedBytes;
  }

  corked(write: () => void): void {
    this.#outbox.corked(write);
  }

  whenDrained(then: () => void): void {
    if (this.#link.whenDrained) this.#link.whenDrained(then);
    else setTimeout(then, drainedPollMs);
  }

  #takesMore(): boolean {
    if (this.#phase !== 'open') return false;
    const { limits, metrics, log } = this.#parts;
    const { bufferedBytes } = this;
    if (bufferedBytes <= limits.bufferedBytes) return true;
    log.warn({ connection: this.connectionId, bufferedBytes }, 'slow reader cut');
    metrics.count('slow_readers_cut_total');
    metrics.count('slow_reader_bytes_cut_total', {}, bufferedBytes);
    this.terminate();
    return false;
  }

  /** A planned end: said in a message for those who listen, and in the close code for all. */
  sendAway(hint: RetryHint): void {
    this.send(encodeControl('going_away', hint), 'going_away');
    this.close(CloseCode.restart, hintReason(hint));
  }

  close(code: number, reason: string): void {
    if (this.#phase === 'closed') return;
    this.#outbox.flush();
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
    if (this.#phase !== 'open') return;
    this.#reader?.look();
    if (!this.#link.ping) return;
    if (this.#unansweredPings >= unansweredPingsMax) {
      this.#parts.log.info({ connection: this.connectionId }, 'peer gone: two pings unanswered');
      this.terminate();
      return;
    }
    this.#unansweredPings += 1;
    this.#link.ping();
  }

  // ---- its end

  /** The adapter's word: the link is gone, whoever ended it. */
  closed(code: number): void {
    this.#leave(code, '');
    this.#giveBack();
    this.#parts.metrics.count('closes_total', {
      code: codeLabel(code),
    });
    this.#parts.gone(this);
    this.#ended();
  }

  #giveBack(): void {
    for (const giveBack of this.#places.splice(0)) giveBack();
  }

  /** From here on nothing is said or heard; its places are kept until it has really gone. */
  #leave(code: number, reason: string): void {
    if (this.#phase === 'closed') return;
    const wasOpen = this.#phase === 'open';
    this.#phase = 'closed';
    clearTimeout(this.#timer);
    this.#handling?.end();
    this.#reader?.end();
    this.#tenure?.end();
    this.#outbox.end();
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
