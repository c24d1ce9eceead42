// A page without a bundler: one script from the package, and beside it only what that script asks for.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { chromiumFlags, headlessShell } from '../browser/support/chromium.js';
import { installInto, makeFolder, packTarball, removeFolder } from './support/tarball.js';

const page = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>A page</title><link rel="icon" href="data:," /></head>
  <body>
    <output id="state"></output> <output id="note"></output> <output id="host"></output>
    <script type="module">
      import { createConnection } from '/vendor/browser.js';
      const show = (id, text) => { document.getElementById(id).textContent = text; };
      const host = new URLSearchParams(location.search).get('host');
      const connection = createConnection({ path: '/ws', host });
      connection.onStatus(({ state }) => {
        show('state', state);
        show('host', connection.diagnostics().host.runsIn);
      });
      connection.subscribe('note', ({ data }) => show('note', data.text));
    </script>
  </body>
</html>
`;

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  wasm: 'application/wasm',
};

let folder: string;
let browser: Browser;
let server: Server;
let asked: string[];

beforeAll(async () => {
  folder = await makeFolder();
  await installInto(folder, await packTarball(folder), []);
  const dist = join(folder, 'node_modules', 'keepline', 'dist');
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    if (pathname === '/') {
      response.setHeader('content-type', 'text/html').end(page);
      return;
    }
    asked.push(pathname);
    readFile(join(dist, normalize(pathname.replace(/^\/vendor\//, '')))).then(
      (bytes) => {
        const type = types[pathname.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
        response.setHeader('content-type', type).end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  const sockets = new WebSocketServer({ server, path: '/ws' });
  sockets.on('connection', (socket) => {
    socket.send(JSON.stringify({ type: 'note', data: { text: 'delivered' } }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  browser = await chromium.launch({ executablePath: headlessShell, args: chromiumFlags });
});

beforeEach(() => {
  asked = [];
});

afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  await removeFolder(folder);
});

it.each([
  ['page', ['/vendor/browser.js', '/vendor/wasm/keepline.wasm']],
  ['worker', ['/vendor/browser.js', '/vendor/wasm/keepline.wasm', '/vendor/worker/worker.js']],
])('connects with the script tag alone, its connection in the %s', async (host, files) => {
  const tab = await browser.newPage();
  const complaints: string[] = [];
  tab.on('console', (message) => complaints.push(message.text()));
  tab.on('pageerror', (error) => complaints.push(error.message));
  const { port } = server.address() as AddressInfo;
  await tab.goto(`http://127.0.0.1:${port}/?host=${host}`);
  await tab.locator('#note', { hasText: 'delivered' }).waitFor();
  await tab.locator('#state', { hasText: /^connected$/ }).waitFor();
  await tab.locator('#host', { hasText: host }).waitFor();
  expect([...asked].sort()).toEqual(files);
  expect(complaints).toEqual([]);
  await tab.close();
});
