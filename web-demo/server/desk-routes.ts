/**
 * `GET /api/desk`: the boards of whoever asks, as they are now, for a page that was away. Asks for the
 * same token as a socket, and knows no user but the one that it names.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Verify } from 'keepline/server';
import { allowMethods, type Routes, sendJson } from 'keepline/server/standalone';
import type { DeskBook } from './desk-book.js';
import { authenticateRequest, requireAllowedOrigin } from './http-auth.js';

export interface DeskRoutesOptions {
  readonly desks: DeskBook;
  readonly verify: Verify;
  readonly allowedOrigins: readonly string[];
}

const PATH = '/api/desk';

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
    // Nothing is awaited from here on: the boards are those of this moment.
    sendJson(response, 200, {
      userId: principal.user,
      nowMs: Date.now(),
      // Where in the event stream this is; the stream cannot be resumed yet.
      position: null,
      ...desks.read(principal),
    });
    return true;
  }
}
