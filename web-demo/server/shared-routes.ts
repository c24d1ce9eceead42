/** Which pages of other origins may read what is under `/api/`, as the Fetch standard wants it told. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOrigin } from 'keepline/server';
import type { Routes } from 'keepline/server/standalone';

/** Never the page's: a page that answers every address with itself would answer 200 to a mistake. */
export const OWN_PREFIX = '/api/';

/** An hour: what a page may ask changes with the server alone. */
const PREFLIGHT_SEC = 3600;

/** Asked first: what it says stands in the answers of those behind it. */
export class SharedRoutes implements Routes {
  readonly #allowed: readonly string[];

  constructor(allowed: readonly string[]) {
    this.#allowed = allowed;
  }

  /** True where that was the question itself, which is answered then. */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (!url.pathname.startsWith(OWN_PREFIX)) return false;
    const { origin, host } = request.headers;
    response.setHeader('Vary', 'Origin');
    const isAllowed =
      origin !== undefined && isOrigin(origin, this.#allowed, host ?? '', undefined);
    if (isAllowed) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Expose-Headers', 'Content-Disposition, Retry-After');
    }
    const isPreflight =
      request.method === 'OPTIONS' &&
      request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight) return false;
    if (isAllowed) {
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
      response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
      response.setHeader('Access-Control-Max-Age', String(PREFLIGHT_SEC));
    }
    response.writeHead(isAllowed ? 204 : 403).end();
    return true;
  }
}
