/** What anybody may ask: is the server well, and how does one sign in here. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { allowMethods, sendJson } from './http-json.js';
import type { Routes } from './http-router.js';
import type { IdentityOptions } from './options.js';

export interface PublicRoutesOptions {
  /** Why no traffic should come; null where it may. */
  readonly notReady: () => string | null;
  readonly identity: IdentityOptions;
  /** The issuer's own spelling of its address, with or without a final slash; null until it was heard. */
  readonly authority: () => string | null;
  readonly networkPanel: boolean;
}

/** A user and a name; the audience and the tenant come with the issuer's own settings. */
const SCOPE = 'openid profile';

export class PublicRoutes implements Routes {
  readonly #options: PublicRoutesOptions;

  constructor(options: PublicRoutesOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    // Alive: whoever gets this answer need not be started again. Strangers read it, so it counts nothing.
    if (url.pathname === '/healthz') {
      sendJson(response, 200, { status: 'ok' });
      return true;
    }
    if (url.pathname === '/readyz') {
      const why = this.#options.notReady();
      sendJson(response, why ? 503 : 200, { status: why ? 'unavailable' : 'ok' });
      return true;
    }
    if (url.pathname === '/api/config') {
      allowMethods(request, ['GET', 'HEAD']);
      sendJson(response, 200, this.#signIn());
      return true;
    }
    return false;
  }

  /** Nothing here is secret: a client id names the page, and proves nothing. */
  #signIn(): Record<string, unknown> {
    const { identity, networkPanel } = this.#options;
    if (identity.kind === 'development') return { issuer: 'development', networkPanel };
    return {
      issuer: 'oidc',
      authority: this.#options.authority() ?? identity.issuer,
      clientId: identity.clientId ?? null,
      audience: identity.audience,
      scope: SCOPE,
      networkPanel,
    };
  }
}
