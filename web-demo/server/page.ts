/**
 * Serves the page: Vite's output with a strict policy, or, during development, Vite itself with hot
 * reload on a path of its own, so that its socket and ours never meet.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type Routes, sendNotFound } from 'keepline/server/standalone';
import sirv from 'sirv';
import type { PageOptions } from './options.js';
import { OWN_PREFIX } from './shared-routes.js';

export type PageHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  notFound: () => void,
) => void;

export interface Page {
  readonly handle: PageHandler;
  close(): Promise<void>;
}

/** Asked last: the page answers whatever is nobody else's. */
export class PageRoutes implements Routes {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (url.pathname.startsWith(OWN_PREFIX)) return false;
    this.#page.handle(request, response, () => sendNotFound(response));
    return true;
  }
}

const HOT_RELOAD_PATH = '/__hot-reload';

/** Asked with each answer: another issuer's addresses are known only once it has named them. */
type SignInOrigins = () => readonly string[];

export async function createPage(
  options: PageOptions,
  server: Server,
  signInOrigins: SignInOrigins = () => [],
): Promise<Page> {
  switch (options.kind) {
    case 'none':
      return {
        handle: (_request, _response, notFound) => notFound(),
        close: async () => {},
      };
    case 'built':
      return servedPage(options.directory, signInOrigins);
    case 'vite':
      return vitePage(options.root, server);
  }
}

function servedPage(directory: string, signInOrigins: SignInOrigins): Page {
  // Lists the files once at start: only what the build wrote can be asked for, whatever a path
  // says.
  const files = sirv(directory, {
    etag: true,
    setHeaders: (response, path) => {
      response.setHeader(
        'Cache-Control',
        path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  return {
    handle: (request, response, notFound) => {
      setPageHeaders(request, response, signInOrigins());
      files(request, response, notFound);
    },
    close: async () => {},
  };
}

async function vitePage(root: string, server: Server): Promise<Page> {
  const { createServer } = await import('vite');
  const vite = await createServer({
    root,
    appType: 'spa',
    server: { middlewareMode: true, hmr: { server, path: HOT_RELOAD_PATH } },
  });
  return {
    handle: (request, response, notFound) => vite.middlewares(request, response, notFound),
    close: () => vite.close(),
  };
}

const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;

/**
 * Scripts are ours alone and never evaluated from text; WebAssembly needs its own word since it
 * counts as evaluation.
 */
function setPageHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  signInOrigins: readonly string[],
): void {
  const host = request.headers.host ?? '';
  // 'self' covers the socket in current browsers; older WebKit wants it spelled out.
  const sockets = HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  const issuer = signInOrigins.map((origin) => ` ${origin}`).join('');
  response.setHeader(
    'Content-Security-Policy',
    [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src 'self'${sockets}${issuer}`,
      // A token is renewed in a hidden frame, which the issuer leads back to this page.
      ...(issuer === '' ? [] : [`frame-src 'self'${issuer}`]),
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors ${issuer === '' ? "'none'" : "'self'"}`,
    ].join('; '),
  );
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
}
