/** What anybody may ask: how does one sign in here. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { allowMethods, type Routes, sendJson } from 'keepline/server/standalone';
import type { IdentityOptions } from './options.js';

export interface PublicRoutesOptions {
  readonly identity: IdentityOptions;
  /** The issuer's own spelling of its address, with or without a final slash; null until it was heard. */
  readonly authority: () => string | null;
  readonly networkPanel: boolean;
  /** What of several nodes can be broken; null where there is one. */
  readonly fleet: { readonly redis: boolean } | null;
}

/** A user and a name; the audience and the tenant come with the issuer's own settings. */
const SCOPE = 'openid profile';

export class PublicRoutes implements Routes {
  readonly #options: PublicRoutesOptions;

  constructor(options: PublicRoutesOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (url.pathname !== '/api/config') return false;
    allowMethods(request, ['GET', 'HEAD']);
    sendJson(response, 200, this.#signIn());
    return true;
  }

  /** Nothing here is secret: a client id names the page, and proves nothing. */
  #signIn(): Record<string, unknown> {
    const { identity, networkPanel, fleet } = this.#options;
    if (identity.kind === 'development') {
      return { issuer: 'development', networkPanel, ...(fleet && { fleet }) };
    }
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
