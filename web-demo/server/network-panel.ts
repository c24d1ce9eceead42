/**
 * Breaks the network on purpose, for one user at a time, so that demos and tests see what a page
 * does about it. Exists in development only. Reads a token's claims without verifying them: a fault
 * opens nothing, it only says whose dial fails.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { CloseCode, type RetryHint } from './close-codes.js';
import type { Gateway, UpgradeGate } from './gateway.js';
import { offeredToken } from './handshake.js';
import type { Hub } from './hub.js';
import type { DevelopmentIssuer } from './issuer.js';
import { type Principal, PrincipalMap } from './principal.js';
import type { SocketSession } from './socket-session.js';
import { type Traffic, TrafficLog } from './traffic-log.js';
import { refuseUpgrade } from './upgrades.js';

export interface NetworkPanelOptions {
  readonly hub: Hub<SocketSession>;
  readonly issuer: DevelopmentIssuer;
  readonly tenantClaim: string;
  /** Takes the listener down for so long and brings it back. */
  readonly pauseListener: (ms: number) => Promise<void>;
  /** Publishes the next events of one user's simulation. */
  readonly stepFeed: (principal: Principal, count: number) => void;
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
  readonly stalled: Set<SocketSession>;
  latencyMs: number;
}

/** Large enough to be a burst, small enough to let the others be served in between. */
const BURST_SLICE = 250;

export class NetworkPanel implements UpgradeGate {
  readonly #options: NetworkPanelOptions;
  readonly #faults = new PrincipalMap<Faults>();
  readonly #traffic = new TrafficLog();
  #gateway: Gateway | null = null;

  constructor(options: NetworkPanelOptions) {
    this.#options = options;
  }

  /**
   * The gateway asks the panel before each upgrade, and the panel closes the gateway's sockets: one
   * has to come first.
   */
  setGateway(gateway: Gateway): void {
    this.#gateway = gateway;
  }

  admit(request: IncomingMessage, transport: Duplex): 'pass' | 'taken' {
    const principal = this.#claimedPrincipal(request);
    if (principal === undefined) return 'pass';
    const faults = this.#faultsOf(principal);
    if (faults.hang) {
      this.#traffic.recordUpgrade(principal, 'hung');
      faults.hung.add(transport);
      transport.once('close', () => faults.hung.delete(transport));
      // Nothing else reads this socket, and unread it would never notice that the browser gave up.
      transport.resume();
      transport.once('end', () => transport.destroy());
      return 'taken';
    }
    if (Date.now() < faults.refuseUntilMs) {
      this.#traffic.recordUpgrade(principal, 'refused');
      refuseUpgrade(transport, 503);
      return 'taken';
    }
    this.#traffic.recordUpgrade(principal, 'accepted');
    return 'pass';
  }

  recordFrame(principal: Principal, type: string): void {
    this.#traffic.recordFrame(principal, type);
  }

  /** Cuts the link without a close frame: the page sees 1006. */
  drop(principal: Principal): void {
    for (const session of this.#sockets(principal)) session.terminate();
  }

  close(principal: Principal, code: number, reason: string): void {
    for (const session of this.#sockets(principal)) session.close(code, reason);
  }

  /** Turns dials away with an HTTP 503 for so long, `Infinity` for until told, 0 to stop. */
  refuse(principal: Principal, ms: number): void {
    this.#faultsOf(principal).refuseUntilMs = ms === 0 ? 0 : Date.now() + ms;
  }

  /** Leaves dials unanswered. When it ends, those still waiting are dropped. */
  hang(principal: Principal, on: boolean): void {
    const faults = this.#faultsOf(principal);
    faults.hang = on;
    if (!on) for (const transport of faults.hung) transport.destroy();
  }

  /**
   * Holds what existing sockets say and hear. When it ends, what was held is delivered late, as a
   * real network would.
   */
  stall(principal: Principal, on: boolean): void {
    const faults = this.#faultsOf(principal);
    if (on) {
      for (const session of this.#sockets(principal)) {
        session.setStalled(true);
        faults.stalled.add(session);
        void session.closed.then(() => faults.stalled.delete(session));
      }
      return;
    }
    for (const session of faults.stalled) session.setStalled(false);
    faults.stalled.clear();
  }

  /** Everybody's sockets close with a hint, and nobody answers until the server is back. */
  async restart(downMs: number, hint: RetryHint): Promise<void> {
    await this.#gateway?.closeAll(hint, 1000);
    await this.#options.pauseListener(downMs);
  }

  /** The tokens of this user stop being good, as if they had expired; a new one works. */
  expireTokens(principal: Principal): void {
    this.#options.issuer.expireTokens(principal);
    this.close(principal, CloseCode.unauthorised, 'token expired');
  }

  /** No token of this user is good until told otherwise. */
  revoke(principal: Principal, on: boolean): void {
    this.#options.issuer.setRevoked(principal, on);
    if (on) this.close(principal, CloseCode.unauthorised, 'access revoked');
  }

  /** An event of the user's stream, with the next `seq`. */
  emit(principal: Principal, type: string, data: unknown): void {
    this.#options.hub.publishToUser(principal, type, data);
  }

  /**
   * Exactly these bytes: text for a text frame, a buffer for a binary one. Subscriptions are not
   * asked.
   */
  emitRaw(principal: Principal, frame: string | Buffer): void {
    for (const session of this.#sockets(principal)) session.sendFrame(frame, 'raw');
  }

  /** Delays what the user's sockets say and hear, those that come later included; 0 ends it. */
  setLatency(principal: Principal, ms: number): void {
    this.#faultsOf(principal).latencyMs = ms;
    for (const session of this.#sockets(principal)) session.setLatency(ms);
  }

  /** A socket has just been verified: what its user suffers from, it suffers from too. */
  adopt(session: SocketSession): void {
    session.setLatency(this.#faultsOf(session.principal).latencyMs);
  }

  /**
   * So many events of the simulation as fast as the user's sockets take them: a burst is to try the
   * page, and not to be cut off as a slow reader.
   */
  async burst(principal: Principal, count: number): Promise<void> {
    for (let sent = 0; sent < count; sent += BURST_SLICE) {
      this.#options.stepFeed(principal, Math.min(BURST_SLICE, count - sent));
      await Promise.all(this.#sockets(principal).map((session) => session.drained()));
      await setImmediate();
    }
  }

  stats(principal: Principal): PanelStats {
    const { hung, stalled } = this.#faultsOf(principal);
    return {
      ...this.#traffic.read(principal),
      openSockets: this.#sockets(principal).filter((session) => !stalled.has(session)).length,
      hungUpgrades: hung.size,
      stalledSockets: stalled.size,
    };
  }

  /** Takes every fault of this user away. */
  heal(principal: Principal): void {
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

  #sockets(principal: Principal): SocketSession[] {
    return this.#options.hub.membersOf(principal);
  }

  #faultsOf(principal: Principal): Faults {
    return this.#faults.getOrCreate(principal, () => ({
      refuseUntilMs: 0,
      hang: false,
      hung: new Set(),
      stalled: new Set(),
      latencyMs: 0,
    }));
  }

  #claimedPrincipal(request: IncomingMessage): Principal | undefined {
    const token = offeredToken(request);
    if (token === undefined) return undefined;
    try {
      const claims = decodeJwt(token);
      const tenantId = claims[this.#options.tenantClaim];
      if (typeof claims.sub !== 'string' || typeof tenantId !== 'string') return undefined;
      return { tenantId, userId: claims.sub };
    } catch {
      return undefined;
    }
  }
}
