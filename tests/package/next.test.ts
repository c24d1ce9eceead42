// Next as its users have it: the App Router, a client component with the hooks, both of its bundlers, and the
// README's custom server, which holds the server half. Its one page answers every address.
import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumFlags, headlessShell } from '../browser/support/chromium.js';
import { readSnippet, startInApplication } from '../server/support/any-server.js';
import { run } from './support/run.js';
import { installInto, makeFolder, packTarball, removeFolder } from './support/tarball.js';

const application = {
  'app/layout.js': `
    export const metadata = { title: 'An application', icons: 'data:,' };
    export default function Layout({ children }) {
      return <html lang="en"><body>{children}</body></html>;
    }`,
  'app/[[...address]]/page.js': `
    import { Desk } from '../desk';
    export default async function Page({ searchParams }) {
      return <main><Desk host={(await searchParams).host} /></main>;
    }`,
  'app/desk.js': `'use client';
    import { useState } from 'react';
    import { RealtimeProvider, useEvent, useWebSocket, WebSocketStatusIndicator } from 'keepline/react';
    import 'keepline/react/style.css';

    function Note() {
      const { status } = useWebSocket();
      const [note, setNote] = useState('none');
      useEvent('note', (event) => setNote(event.data));
      return <><output id="state">{status.state}</output><output id="note">{note}</output></>;
    }
    export function Desk({ host }) {
      return (
        <RealtimeProvider options={{ host, getToken: async () => 'ada' }}>
          <WebSocketStatusIndicator />
          <Note />
        </RealtimeProvider>
      );
    }`,
};

/** What the README's block has from the blocks before it. Every dial, and nothing else, is told of. */
const before = `
  import { createRealtime } from 'keepline/server';
  import { attach } from 'keepline/server/ws';
  const realtime = createRealtime({
    verify: (user) => {
      process.send('dial');
      return { tenant: 'acme', user, expiresAt: Infinity, claims: {} };
    },
  });
  process.on('message', (data) => realtime.publish({ tenant: 'acme', to: 'tenant', type: 'note', data }));
`;
const quiet = { NEXT_TELEMETRY_DISABLED: '1', CI: '1' };
const hosts = ['page', 'worker'];

let folder: string;
let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: headlessShell, args: chromiumFlags });
  folder = await makeFolder();
  const companions = ['next', 'react', 'react-dom', 'ws'];
  await installInto(folder, await packTarball(folder), companions);
  for (const [path, text] of Object.entries(application)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});

afterAll(async () => {
  await browser?.close();
  await removeFolder(folder);
});

async function startServer(mode: 'production' | 'development') {
  const shown = await readSnippet('Next');
  const server = shown.replace("'https://crm.example'", "'self'");
  expect(server).not.toBe(shown);
  const env = { ...quiet, NODE_ENV: mode };
  const { child, port } = await startInApplication(folder, before + server, env);
  let dials = 0;
  child.on('message', () => {
    dials += 1;
  });
  // In development Next answers no other name.
  return { child, url: `http://localhost:${port}`, dials: () => dials };
}

/** Opens the page, sees it live and a note arrive; what it fetched, and whatever it complained of. */
async function visit(url: string, host: string, child: ChildProcess) {
  const page = await browser.newPage();
  const complaints: string[] = [];
  const modules: string[] = [];
  const sockets: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('websocket', (socket) => sockets.push(new URL(socket.url()).pathname));
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.endsWith('.wasm')) return;
    const name = pathname.replace(/^.*\/(\w[\w-]*)\.[^/]*$/, '$1');
    modules.push(`${response.status()} ${response.headers()['content-type']} ${name}`);
  });
  await page.goto(`${url}/any/address?host=${host}`);
  try {
    await page.locator('#state', { hasText: /^connected$/ }).waitFor();
    child.send('delivered');
    await page.locator('#note', { hasText: 'delivered' }).waitFor();
  } catch (error) {
    const shown = await page.locator('body').innerText();
    throw new Error(`${String(error)}\nThe page shows: ${shown}\n${complaints.join('\n')}`);
  }
  const workers = page.workers().length;
  await page.close();
  return { complaints, modules, sockets, workers };
}

describe.each([
  ['Turbopack', []],
  ['webpack', ['--webpack']],
])('built by %s', (_bundler, flags) => {
  beforeAll(async () => {
    const next = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next');
    // That this is a test is no business of the application's.
    const env = { ...process.env, ...quiet, NODE_ENV: undefined };
    await run(process.execPath, [next, 'build', ...flags], folder, env);
  });

  it('renders on the server without a dial, and is live in the page and in a worker', async () => {
    const { child, url, dials } = await startServer('production');
    const html = await (await fetch(url)).text();
    expect(html).toContain('<output id="state">connecting</output>');
    expect(dials()).toBe(0);
    for (const host of hosts) {
      const seen = await visit(url, host, child);
      expect(seen.complaints).toEqual([]);
      expect(seen.modules).toEqual(['200 application/wasm keepline']);
      expect(seen.workers).toBe(hosts.indexOf(host));
    }
    // Next ends upgrades to addresses that have a page, as this one has: ours are none of its business.
    expect(dials()).toBe(hosts.length);
  });
});

it('in development reloads over its own socket, beside ours', async () => {
  const { child, url, dials } = await startServer('development');
  const { complaints, sockets } = await visit(url, 'page', child);
  expect(complaints).toEqual([]);
  expect(sockets.some((path) => path.startsWith('/_next/'))).toBe(true);
  expect(dials()).toBe(1);
});
