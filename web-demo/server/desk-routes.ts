/**
 * `GET /api/desk`: the boards of whoever asks, as they are now, for a page that was away. Asks for the
 * same token as a socket, and knows no user but the one that it names.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Verify } from 'keepline/server';
import { allowMethods, RequestError, type Routes, sendJson } from 'keepline/server/standalone';
import type { DeskKeeper, Kept } from './desk-keeper.js';
import { authenticateRequest, requireAllowedOrigin } from './http-auth.js';

export interface DeskRoutesOptions {
  readonly desks: DeskKeeper;
  readonly verify: Verify;
  readonly allowedOrigins: readonly string[];
}

const PATH = '/api/desk';
/** Seconds; a log that is away is usually back after that. */
const RETRY_AFTER_SEC = 2;

export class DeskRoutes implements Routes {
  readonly #options: DeskRoutesOptions;

  constructor(options: DeskRoutesOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (url.pathname !== PATH) return false;
    const { desks, verify, allowedOrigins } = this.#options;
    requireAllowedOrigin(request, allowedOrigins);
    allowMethods(request, ['GET']);
    const principal = await authenticateRequest(request, verify);
    const { boards, position } = await desks.read(principal).catch(refuseForNow);
    // Up to `position` the event stream is in the boards.
    const about = { userId: principal.user, nowMs: Date.now(), position };
    sendJson(response, 200, { ...about, ...boards });
    return true;
  }
}

function refuseForNow(): Kept {
  throw new RequestError(503, 'The event log does not answer; try again in a few seconds.', {
    headers: { 'Retry-After': String(RETRY_AFTER_SEC) },
  });
}
