/** Which HTTP request goes where, and what the caller is told when it goes wrong. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { shareAcrossOrigins } from './http-auth.js';
import { discardRest, RequestError, sendJson } from './http-json.js';
import type { Log } from './log.js';
import type { Page } from './page.js';

/** Some of the server's own addresses. */
export interface Routes {
  /** True when the request was one of these. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean>;
}

export interface HttpRouterOptions {
  /** Asked in this order; what none of them knows is the page's. */
  readonly routes: readonly Routes[];
  readonly page: Page;
  /** Pages that may read what is under `/api/`. */
  readonly allowedOrigins: readonly string[];
  readonly log: Log;
}

/** Never the page's: a page that answers every address with itself would answer 200 to a mistake. */
const OWN_PREFIX = '/api/';

export async function routeRequest(
  options: HttpRouterOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const target = request.url ?? '/';
    // A target may be anything that has no space in it; what is no path here is answered as such.
    if (!/^\/(?!\/)/.test(target) || !URL.canParse(target, 'http://server.invalid')) {
      throw new RequestError(400, 'The address of this request is none.');
    }
    const url = new URL(target, 'http://server.invalid');
    const isOwn = url.pathname.startsWith(OWN_PREFIX);
    if (isOwn && shareAcrossOrigins(request, response, options.allowedOrigins)) return;
    for (const routes of options.routes) {
      if (await routes.handle(request, response, url)) return;
    }
    const notFound = () => sendJson(response, 404, { error: 'There is nothing at this address.' });
    if (isOwn) notFound();
    else options.page.handle(request, response, notFound);
  } catch (error) {
    answerFailure(options.log, request, response, error);
  }
}

function answerFailure(
  log: Log,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  if (response.headersSent || request.socket.destroyed) {
    // Half an answer was given, or nobody is there to read one.
    response.destroy();
    return;
  }
  if (error instanceof RequestError) {
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    sendJson(response, error.status, { error: error.message, ...error.details });
  } else {
    log.error({ problem: String(error) }, 'request failed');
    sendJson(response, 500, { error: 'The server failed; its log says why.' });
  }
  discardRest(request);
}
