// How long a link's token holds: it ends the link, unless it is renewed in-band by one of the same person.
import type { Principal, Refusal } from './types.js';
import { sameUser } from './user-map.js';

export interface TenureOf {
  verify(token: string): Promise<Principal | Refusal>;
  renewed(principal: Principal): void;
  /** The link ends. */
  refused(refusal: Refusal): void;
  /** Nobody can judge the new token now. */
  unavailable(why: string): void;
}

/** Longest delay a Node timer takes. */
const timerMaxMs = 2 ** 31 - 1;

export class Tenure {
  readonly #link: TenureOf;
  #principal: Principal;
  #renewals = 0;
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(principal: Principal, link: TenureOf) {
    this.#principal = principal;
    this.#link = link;
    this.#arm();
  }

  /** A fresh token for the same person moves the deadline; the newest request is the one that counts. */
  async renew(token: unknown): Promise<void> {
    this.#renewals += 1;
    const renewal = this.#renewals;
    const verdict: Principal | Refusal =
      typeof token === 'string'
        ? await this.#link.verify(token)
        : { refused: 'token', why: 'token missing' };
    if (this.#hasEnded || renewal !== this.#renewals) return;
    if (!('refused' in verdict)) this.#take(verdict);
    // The old token still holds until it expires: ending the link now would punish the client for the issuer's
    // outage.
    else if (verdict.refused === 'unavailable') this.#link.unavailable(verdict.why);
    else this.#link.refused(verdict);
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }

  #take(principal: Principal): void {
    if (!sameUser(principal, this.#principal)) {
      this.#link.refused({ refused: 'token', why: 'token belongs to somebody else' });
      return;
    }
    this.#principal = principal;
    this.#arm();
    this.#link.renewed(principal);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { expiresAt } = this.#principal;
    if (!Number.isFinite(expiresAt)) return;
    this.#timer = setTimeout(
      () => {
        if (Date.now() < expiresAt) this.#arm();
        else this.#link.refused({ refused: 'token', why: 'token expired' });
      },
      Math.min(Math.max(0, expiresAt - Date.now()), timerMaxMs),
    );
  }
}
