// Which HTTP request goes where, and what the caller is told when it goes wrong.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../types.js';
import { discardRest, RequestError, sendJson } from './json.js';

/** Some of the server's own addresses. */
export interface Routes {
  /** True when the request was one of these. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean>;
}

export interface RouterOptions {
  /** Asked in this order; what none of them knows is answered 404. */
  readonly routes: readonly Routes[];
  readonly log: Logger;
}

export function sendNotFound(response: ServerResponse): void {
  sendJson(response, 404, { error: 'There is nothing at this address.' });
}

/** Answers every request, and never rejects. */
export async function routeRequest(
  options: RouterOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const target = request.url ?? '/';
    // A target may be anything that has no space in it; what is no path here is answered as such.
    if (!/^\/(?![/\\])/.test(target) || !URL.canParse(target, 'http://server.invalid')) {
      throw new RequestError(400, 'The address of this request is none.');
    }
    const url = new URL(target, 'http://server.invalid');
    for (const routes of options.routes) {
      if (await routes.handle(request, response, url)) return;
    }
    sendNotFound(response);
    discardRest(request);
  } catch (error) {
    answerFailure(options.log, request, response, error);
  }
}

function answerFailure(
  log: Logger,
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
