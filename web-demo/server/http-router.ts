/** Which HTTP request goes where, and what the caller is told when it goes wrong. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DevelopmentRoutes } from './development-routes.js';
import { RequestError, sendJson } from './http-json.js';
import type { Log } from './log.js';
import type { Page } from './page.js';

export interface HttpRouterOptions {
  readonly developmentRoutes: DevelopmentRoutes | null;
  readonly page: Page;
  readonly health: () => { readonly ready: boolean; readonly sockets: number };
  readonly log: Log;
}

export async function routeRequest(
  options: HttpRouterOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://server.invalid');
    if (url.pathname === '/healthz') {
      const { ready, sockets } = options.health();
      sendJson(response, ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', sockets });
    } else if (!(await options.developmentRoutes?.handle(request, response, url))) {
      options.page.handle(request, response, () =>
        sendJson(response, 404, { error: 'There is nothing at this address.' }),
      );
    }
  } catch (error) {
    answerFailure(options.log, response, error);
  }
}

function answerFailure(log: Log, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
  } else if (error instanceof RequestError) {
    sendJson(response, error.status, { error: error.message });
  } else {
    log.error({ problem: String(error) }, 'request failed');
    sendJson(response, 500, { error: 'The server failed; its log says why.' });
  }
}
