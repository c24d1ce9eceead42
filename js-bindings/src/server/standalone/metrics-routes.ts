// `GET /metrics`, for this machine alone or for who has a key: counts say how busy a company's phones are.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { requireKey } from './bearer.js';
import { allowMethods, RequestError } from './json.js';
import type { Routes } from './router.js';

export interface MetricsRoutesOptions {
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  /** Whoever sends one of them is answered; where there is none, this machine alone. */
  readonly keys: readonly string[];
  /** The variable that a key is set by, for whoever is refused. */
  readonly keyName: string;
}

/**
 * What proxies add: behind one, every stranger comes from this machine. One that adds nothing cannot be told
 * from this machine; behind it a key is needed.
 */
const PROXY_HEADER = /^(forwarded|x-forwarded-.*|x-real-ip|via|cf-connecting-ip|true-client-ip)$/;

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
    const { keys, keyName } = this.#options;
    if (keys.length > 0) requireKey(request, keys, keyName);
    else if (!isDirectlyFromHere(request)) {
      throw new RequestError(
        403,
        `Metrics are for this machine alone: set ${keyName} and send it as a bearer token.`,
      );
    }
  }
}

function isDirectlyFromHere({ socket, headers }: IncomingMessage): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isLoopback = address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
  return isLoopback && !Object.keys(headers).some((name) => PROXY_HEADER.test(name));
}
