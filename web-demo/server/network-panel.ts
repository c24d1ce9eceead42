/**
 * Breaks the network on purpose, for one user at a time, so that demos and tests see what a page
 * does about it. Exists in development only. Reads a token's claims without verifying them: a fault
 * opens nothing, it only says whose dial fails.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import {
  CloseCode,
  type DialRequest,
  type Incoming,
  isRecord,
  offeredToken,
  ownMember,
  type RetryHint,
  type UserKey,
  UserMap,
} from 'keepline/server';
import { type OpenedLink, refuseUpgrade } from 'keepline/server/ws';
import { FaultyLink } from './faulty-link.js';
import type { DevelopmentIssuer } from './issuer.js';
import { type Traffic, TrafficLog } from './traffic-log.js';

export interface NetworkPanelOptions {
  /** To all tabs of one user. */
  readonly publish: (principal: UserKey, type: string, data: unknown) => void;
  readonly issuer: DevelopmentIssuer;
  readonly tenantClaim: string;
  /** Sends everybody away, takes the listener down for so long and brings it back. */
  readonly restart: (downMs: number, hint: RetryHint) => Promise<void>;
  /** Publishes the next events of one user's simulation. */
  /** Forgets the events of a tenant: whoever is away now is told of a gap. */
  readonly trimLog: (tenant: string) => void;
  readonly stepFeed: (principal: UserKey, count: number) => void;
}

export interface PanelStats extends Traffic {
  /** Those that let frames through. */
  readonly openSockets: number;
  readonly hungUpgrades: number;
  /** Those held back; the page may have given them up long ago. */
  readonly stalledSockets: number;
}

interface Faults {
  /** Dials are turned away until then; Infinity for until told otherwise. */
  refuseUntilMs: number;
  hang: boolean;
  readonly hung: Set<Duplex>;
  readonly links: Set<FaultyLink>;
  readonly stalled: Set<FaultyLink>;
  latencyMs: number;
}

/** A desk shows that they are missing. */
const LOST_EVENTS = 5;
/** Large enough to be a burst, small enough to let the others be served in between. */
const BURST_SLICE = 250;

export class NetworkPanel {
  readonly #options: NetworkPanelOptions;
  readonly #faults = new UserMap<Faults>();
  readonly #traffic = new TrafficLog();

  constructor(options: NetworkPanelOptions) {
    this.#options = options;
  }

  /** A dial before its upgrade: true where a fault has taken care of it. */
  takes(request: IncomingMessage, transport: Duplex): boolean {
    const principal = this.#claimedPrincipal(request.headers);
    if (principal === undefined) return false;
    const faults = this.#faultsOf(principal);
    if (faults.hang) {
      this.#traffic.recordUpgrade(principal, 'hung');
      faults.hung.add(transport);
      transport.once('close', () => faults.hung.delete(transport));
      // Nothing else reads this socket, and unread it would never notice that the browser gave up.
      transport.resume();
      transport.once('end', () => transport.destroy());
      return true;
    }
    if (Date.now() < faults.refuseUntilMs) {
      this.#traffic.recordUpgrade(principal, 'refused');
      refuseUpgrade(transport, 503);
      return true;
    }
    this.#traffic.recordUpgrade(principal, 'accepted');
    return false;
  }

  /** A link that has just opened: what its user suffers from, it suffers from too. */
  accept(opened: OpenedLink): Incoming {
    const principal = this.#claimedPrincipal(opened.dial.headers);
    if (principal === undefined) return opened.accept(opened.link);
    const link = new FaultyLink(opened);
    const { links, latencyMs } = this.#faultsOf(principal);
    links.add(link);
    void link.closed.then(() => links.delete(link));
    link.setLatency(latencyMs);
    const record = (message: string | Uint8Array) =>
      this.#traffic.recordFrame(principal, typeOf(message));
    return link.passTo(opened.accept(link), record);
  }

  /** Cuts the link without a close frame: the page sees 1006. */
  drop(principal: UserKey): void {
    for (const link of this.#links(principal)) link.terminate();
  }

  close(principal: UserKey, code: number, reason: string): void {
    for (const link of this.#links(principal)) link.close(code, reason);
  }

  /** Turns dials away with an HTTP 503 for so long, `Infinity` for until told, 0 to stop. */
  refuse(principal: UserKey, ms: number): void {
    this.#faultsOf(principal).refuseUntilMs = ms === 0 ? 0 : Date.now() + ms;
  }

  /** Leaves dials unanswered. When it ends, those still waiting are dropped. */
  hang(principal: UserKey, on: boolean): void {
    const faults = this.#faultsOf(principal);
    faults.hang = on;
    if (!on) for (const transport of faults.hung) transport.destroy();
  }

  /**
   * Holds what existing sockets say and hear. When it ends, what was held is delivered late, as a
   * real network would.
   */
  stall(principal: UserKey, on: boolean): void {
    const faults = this.#faultsOf(principal);
    if (on) {
      for (const link of this.#links(principal)) {
        link.setStalled(true);
        faults.stalled.add(link);
        void link.closed.then(() => faults.stalled.delete(link));
      }
      return;
    }
    for (const link of faults.stalled) link.setStalled(false);
    faults.stalled.clear();
  }

  /** Everybody's sockets close with a hint, and nobody answers until the server is back. */
  async restart(downMs: number, hint: RetryHint): Promise<void> {
    await this.#options.restart(downMs, hint);
  }

  /** The tokens of this user stop being good, as if they had expired; a new one works. */
  expireTokens(principal: UserKey): void {
    this.#options.issuer.expireTokens(principal);
    this.close(principal, CloseCode.unauthorised, 'token expired');
  }

  /** No token of this user is good until told otherwise. */
  revoke(principal: UserKey, on: boolean): void {
    this.#options.issuer.setRevoked(principal, on);
    if (on) this.close(principal, CloseCode.unauthorised, 'access revoked');
  }

  /** An event of the user's stream, with the next `seq`. */
  emit(principal: UserKey, type: string, data: unknown): void {
    this.#options.publish(principal, type, data);
  }

  /**
   * Exactly these bytes: text for a text frame, a buffer for a binary one. Subscriptions are not
   * asked.
   */
  emitRaw(principal: UserKey, frame: string | Buffer): void {
    for (const link of this.#links(principal)) link.sendRaw(frame);
  }

  /** Delays what the user's sockets say and hear, those that come later included; 0 ends it. */
  setLatency(principal: UserKey, ms: number): void {
    this.#faultsOf(principal).latencyMs = ms;
    for (const link of this.#links(principal)) link.setLatency(ms);
  }

  /**
   * So many events of the simulation as fast as the user's sockets take them: a burst is to try the
   * page, and not to be cut off as a slow reader.
   */
  async burst(principal: UserKey, count: number): Promise<void> {
    for (let sent = 0; sent < count; sent += BURST_SLICE) {
      this.#options.stepFeed(principal, Math.min(BURST_SLICE, count - sent));
      await this.drained(principal);
      await setImmediate();
    }
  }

  /** Settles when the operating system has taken what the user's links were sent. */
  async drained(principal: UserKey): Promise<void> {
    await Promise.all(this.#links(principal).map((link) => link.drained()));
  }

  stats(principal: UserKey): PanelStats {
    const { hung, stalled, links } = this.#faultsOf(principal);
    return {
      ...this.#traffic.read(principal),
      openSockets: [...links].filter((link) => link.isServing).length,
      hungUpgrades: hung.size,
      stalledSockets: stalled.size,
    };
  }

  /** What the user's company was told so far is gone: pages that are away are told that they missed it. */
  trimLog({ tenant }: UserKey): void {
    this.#options.trimLog(tenant);
  }

  /** What happens while the user's links are cut is forgotten before they are back. */
  loseEvents(principal: UserKey): void {
    this.drop(principal);
    this.#options.stepFeed(principal, LOST_EVENTS);
    this.trimLog(principal);
  }

  /** Takes every fault of this user away. */
  heal(principal: UserKey): void {
    this.refuse(principal, 0);
    this.hang(principal, false);
    this.stall(principal, false);
    this.setLatency(principal, 0);
    this.revoke(principal, false);
  }

  /** Lets go of everything held, so that the process can end. */
  dispose(): void {
    for (const [principal] of this.#faults.entries()) this.heal(principal);
  }

  /** A copy: what is done with one may remove it. */
  #links(principal: UserKey): FaultyLink[] {
    return [...this.#faultsOf(principal).links];
  }

  #faultsOf(principal: UserKey): Faults {
    return this.#faults.getOrCreate(principal, () => ({
      refuseUntilMs: 0,
      hang: false,
      hung: new Set(),
      links: new Set(),
      stalled: new Set(),
      latencyMs: 0,
    }));
  }

  #claimedPrincipal(headers: DialRequest['headers']): UserKey | undefined {
    const token = offeredToken(headers);
    if (token === undefined) return undefined;
    try {
      const claims = decodeJwt(token);
      const tenant = claims[this.#options.tenantClaim];
      if (typeof claims.sub !== 'string' || typeof tenant !== 'string') return undefined;
      return { tenant, user: claims.sub };
    } catch {
      return undefined;
    }
  }
}

function typeOf(message: string | Uint8Array): string {
  const text = typeof message === 'string' ? message : Buffer.from(message).toString();
  if (text === 'ping' || text === 'pong') return text;
  try {
    const frame: unknown = JSON.parse(text);
    const type = isRecord(frame) ? ownMember(frame, 'type') : undefined;
    return typeof type === 'string' && type !== '' ? type : 'malformed';
  } catch {
    return 'malformed';
  }
}
