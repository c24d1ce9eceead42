// What anybody may ask a server: is it alive, and may traffic come. Strangers read it, so it counts nothing.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { allowMethods, sendJson } from './json.js';
import type { Routes } from './router.js';

export class HealthRoutes implements Routes {
  readonly #notReady: () => string | null;

  /** `notReady`: why no traffic should come; null where it may. */
  constructor(notReady: () => string | null) {
    this.#notReady = notReady;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (url.pathname !== '/healthz' && url.pathname !== '/readyz') return false;
    allowMethods(request, ['GET', 'HEAD']);
    // Whoever gets an answer from `/healthz` need not be started again.
    const isWell = url.pathname === '/healthz' || this.#notReady() === null;
    sendJson(response, isWell ? 200 : 503, { status: isWell ? 'ok' : 'unavailable' });
    return true;
  }
}
