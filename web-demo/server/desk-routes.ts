/**
 * `GET /api/desk`: the boards of whoever asks, as they are now, for a page that was away. Asks for the
 * same token as a socket, and knows no user but the one that it names.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventLog, Verify } from 'keepline/server';
import { allowMethods, type Routes, sendJson } from 'keepline/server/standalone';
import type { DeskBook } from './desk-book.js';
import { authenticateRequest, requireAllowedOrigin } from './http-auth.js';

export interface DeskRoutesOptions {
  readonly desks: DeskBook;
  readonly events: EventLog;
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
    const { desks, events, verify, allowedOrigins } = this.#options;
    requireAllowedOrigin(request, allowedOrigins);
    allowMethods(request, ['GET']);
    const principal = await authenticateRequest(request, verify);
    // Of a stream in which nobody was told anything, its beginning here.
    const { epoch, head } = await events.open(principal.tenant);
    // Nothing is awaited from here on: the boards are those of this moment.
    sendJson(response, 200, {
      userId: principal.user,
      nowMs: Date.now(),
      // Up to here the event stream is in the boards.
      position: desks.positionOf(principal.tenant) ?? `${epoch}.${head}`,
      ...desks.read(principal),
    });
    return true;
  }
}
