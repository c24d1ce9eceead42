// Pages without a development server: whatever a test serves, beside a socket that says one note, opened in
// Chromium. What a page asked for, and what it complained of, is the test's to judge.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { WebSocketServer } from 'ws';
import { chromiumFlags, headlessShell } from '../../browser/support/chromium.js';

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  wasm: 'application/wasm',
};

/** Shows what becomes of a connection that a script of the page has made of `createConnection`. */
export const showing = `
  const show = (id, text) => { document.getElementById(id).textContent = text; };
  const host = new URLSearchParams(location.search).get('host');
  const connection = createConnection({ path: '/ws', host });
  connection.onStatus(({ state }) => {
    show('state', state);
    show('host', connection.diagnostics().host.runsIn);
  });
  connection.subscribe('note', ({ data }) => show('note', data.text));
`;

/** The page that shows it; its head and its scripts are the test's. */
export const pageWith = ({
  head = '',
  scripts,
}: {
  head?: string;
  scripts: string;
}) => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>A page</title><link rel="icon" href="data:," />${head}</head>
  <body>
    <output id="state"></output> <output id="note"></output> <output id="host"></output>
    ${scripts}
  </body>
</html>
`;

export interface Visit {
  /** Every file that was asked for, once for each time, in the order of the alphabet. */
  readonly asked: readonly string[];
  /** All that the console was told. */
  readonly complaints: readonly string[];
}

export interface Pages {
  /** Opens a page with its connection in this host, and sees it live with its event delivered. */
  readonly visit: (page: string, host: string) => Promise<Visit>;
  readonly close: () => Promise<void>;
}

/**
 * Serves the files of each folder under the path that is its key; `pages` by their paths, with `headers` that
 * may depend on where they are served.
 */
export async function servePages(
  folders: Readonly<Record<string, string>>,
  pages: Readonly<Record<string, string>>,
  headers: (host: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<Pages> {
  let asked: string[] = [];
  const fileOf = (pathname: string) => {
    const [prefix, folder] =
      Object.entries(folders).find(([key]) => pathname.startsWith(key)) ?? [];
    if (prefix === undefined || folder === undefined) throw new Error(`${pathname} is nowhere`);
    return readFile(join(folder, normalize(pathname.slice(prefix.length))));
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    // What is asked for twice is to be seen twice.
    response.setHeader('cache-control', 'no-store');
    const page = pages[pathname];
    if (page !== undefined) {
      response.setHeaders(new Map(Object.entries(headers(request.headers.host ?? ''))));
      response.setHeader('content-type', 'text/html').end(page);
      return;
    }
    asked.push(pathname);
    try {
      const bytes = await fileOf(pathname);
      const type = types[pathname.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      response.setHeader('content-type', type).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  const sockets = new WebSocketServer({ server, path: '/ws' });
  sockets.on('connection', (socket) => {
    socket.send(JSON.stringify({ type: 'note', data: { text: 'delivered' } }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const browser: Browser = await chromium.launch({
    executablePath: headlessShell,
    args: chromiumFlags,
  });
  return {
    visit: async (page, host) => {
      asked = [];
      const tab = await browser.newPage();
      const complaints: string[] = [];
      tab.on('console', (message) => complaints.push(message.text()));
      tab.on('pageerror', (error) => complaints.push(error.message));
      const { port } = server.address() as AddressInfo;
      await tab.goto(`http://127.0.0.1:${port}${page}?host=${host}`);
      await tab.locator('#note', { hasText: 'delivered' }).waitFor();
      await tab.locator('#state', { hasText: /^connected$/ }).waitFor();
      await tab.locator('#host', { hasText: host }).waitFor();
      await tab.close();
      return { asked: [...asked].sort(), complaints };
    },
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
