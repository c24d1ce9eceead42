/**
 * `GET /metrics`, for this machine alone or for who has the token: counts say how busy a company's
 * phones are.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { allowMethods, RequestError } from './http-json.js';
import type { Routes } from './http-router.js';
import type { ServerMetrics } from './metrics.js';

export interface MetricsRoutesOptions {
  readonly metrics: ServerMetrics;
  readonly token: string | undefined;
}

/** What proxies add: behind one, every stranger comes from this machine. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

export class MetricsRoutes implements Routes {
  readonly #options: MetricsRoutesOptions;

  constructor(options: MetricsRoutesOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (url.pathname !== '/metrics') return false;
    allowMethods(request, ['GET']);
    this.#admit(request);
    const { metrics } = this.#options;
    const text = await metrics.render();
    response.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' });
    response.end(text);
    return true;
  }

  #admit(request: IncomingMessage): void {
    const { token } = this.#options;
    if (token === undefined) {
      if (isDirectlyFromHere(request)) return;
      throw new RequestError(
        403,
        'Metrics are for this machine alone: set METRICS_TOKEN and send it as a bearer token.',
      );
    }
    const given = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined && equalInConstantTime(given, token)) return;
    throw new RequestError(401, 'Send the header "Authorization: Bearer" with METRICS_TOKEN.', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
}

function isDirectlyFromHere({ socket, headers }: IncomingMessage): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isLoopback = address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
  return isLoopback && !PROXY_HEADERS.some((name) => headers[name] !== undefined);
}

/** By their digests, which are of one length whatever was sent. */
function equalInConstantTime(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
