// An empty Vite application without any configuration: the package must work in its development
// server, which moves modules around, and in its build, which splits them; with each React that it
// supports, whose types must find nothing wrong with the package's.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { chromiumFlags, headlessShell } from '../browser/support/chromium.js';
import { run } from './support/run.js';
import {
  installInto,
  makeFolder,
  packTarball,
  type ReactVersion,
  removeFolder,
} from './support/tarball.js';

const html = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>An application</title></head>
  <body><div id="root"></div><script type="module" src="/main.js"></script></body>
</html>
`;

const application = `import { createElement, useState, version } from 'react';
import { createRoot } from 'react-dom/client';
import { RealtimeProvider, useEvent, useWebSocket, WebSocketStatusIndicator } from 'keepline/react';
import 'keepline/react/style.css';

window.speak = async () => (await import('keepline/react/labels/it')).labels.states.connected;

function Page() {
  const { status } = useWebSocket();
  const [note, setNote] = useState('none');
  useEvent('note', (event) => setNote(event.data.text));
  return createElement('main', null,
    createElement(WebSocketStatusIndicator),
    createElement('output', { id: 'react' }, version),
    createElement('output', { id: 'state' }, status.state),
    createElement('output', { id: 'note' }, note));
}

const given = new URLSearchParams(location.search);
const options = { url: given.get('socket'), host: given.get('host') };
createRoot(document.getElementById('root')).render(
  createElement(RealtimeProvider, { options }, createElement(Page)));
`;

/** Every export in a place where its types meet React's own. */
const typed = `import type { KeeplineEvents } from 'keepline/call-centre';
import type { ReactNode } from 'react';
import {
  RealtimeProvider, useConnectionStatus, useEvent, useEventBuffer, useLatestEvent, useReconnected, useWebSocket,
  WebSocketStatusIndicator,
} from 'keepline/react';
import { labels } from 'keepline/react/labels/pt';

export const notSaid = <WebSocketStatusIndicator labels={undefined} details={undefined} className={undefined} />;
export const said = <WebSocketStatusIndicator labels={{ ...labels, retry: 'De novo' }} details="developer" />;

declare module 'keepline' {
  interface Register { events: KeeplineEvents }
}

export function Page({ children }: { children: ReactNode }) {
  const { status, send } = useWebSocket();
  const processed: number | null = useLatestEvent('import_progress', ({ data }) => data.processed);
  useEvent('new_call', ({ data }) => void send('seen', data.callId));
  const calls: readonly string[] = useEventBuffer('new_call', { coalesceBy: 'callId' }).map(({ data }) => data.callId);
  useReconnected(({ downMs }) => console.log(downMs));
  return <p>{useConnectionStatus() === status} {processed} {calls} {children}</p>;
}

export const app = (
  <RealtimeProvider options={{ getToken: async () => null }} identity={null}>
    <WebSocketStatusIndicator className="live" labels={{ retry: 'Again', states: { connected: 'On' } }} />
    <Page>one</Page>
  </RealtimeProvider>
);
`;

const compilerOptions = {
  strict: true,
  noEmit: true,
  jsx: 'react-jsx',
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  // The package's own declarations are what is looked at.
  skipLibCheck: false,
  types: [],
};

const companions = ['react', 'react-dom', 'vite', 'typescript', '@types/react', '@types/react-dom'];

let folder: string;
let browser: Browser;
let sockets: WebSocketServer;
let vite: ChildProcess | undefined;

beforeAll(async () => {
  sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  sockets.on('connection', (socket) => {
    const data = { connectionId: '1', userId: 'u', tenantId: 't', serverTime: Date.now() };
    socket.send(JSON.stringify({ type: 'connected', data }));
    socket.send(JSON.stringify({ type: 'note', data: { text: 'delivered' } }));
  });
  browser = await chromium.launch({ executablePath: headlessShell, args: chromiumFlags });
});

afterAll(async () => {
  await browser?.close();
  sockets?.close();
});

/** Starts one of Vite's servers and resolves with its address once it has printed it. */
function startVite(args: readonly string[]): Promise<string> {
  const program = join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(
    process.execPath,
    [program, ...args, '--host', '127.0.0.1', '--port', '0', '--clearScreen', 'false'],
    // That this is a test is no business of the application's: Vite says what its build is for.
    { cwd: folder, env: { ...process.env, NODE_ENV: undefined, NO_COLOR: '1' } },
  );
  vite = child;
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed);
      if (address) resolve(address[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', () => reject(new Error(`vite ${args.join(' ')} ended:\n${printed}`)));
  });
}

async function stopVite(): Promise<void> {
  const child = vite;
  if (!child || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
}

const hosts = ['page', 'worker'] as const;

type Reader = 'person' | 'developer';

/**
 * Opens the page with its connection in each host, sees it live with its event delivered and its details
 * opened for `reader`, and returns every complaint it printed.
 */
async function visit(address: string, react: ReactVersion, reader: Reader): Promise<string[]> {
  const complaints: string[] = [];
  for (const host of hosts) complaints.push(...(await visitOnce(address, react, host, reader)));
  return complaints;
}

async function visitOnce(
  address: string,
  react: ReactVersion,
  host: (typeof hosts)[number],
  reader: Reader,
): Promise<string[]> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    // The page does not validate, so the larger module is none of its business.
    if (request.url().includes('strict')) complaints.push(`fetched ${request.url()}`);
  });
  const { port } = sockets.address() as AddressInfo;
  await page.goto(`${address}?host=${host}&socket=ws://127.0.0.1:${port}/`);
  try {
    await page.locator('#state', { hasText: /^connected$/ }).waitFor();
    await page.locator('#note', { hasText: 'delivered' }).waitFor();
    await page.locator('#react', { hasText: `${react}.` }).waitFor();
    if (page.workers().length !== hosts.indexOf(host)) complaints.push(`no ${host} was used`);
    await page.locator('.keepline-button').click();
    const panel = page.locator('.keepline-panel[data-positioned="true"]');
    await panel.waitFor();
    const isForDeveloper = (await panel.innerText()).includes('ws://127.0.0.1');
    if (isForDeveloper !== (reader === 'developer')) complaints.push(`no details for a ${reader}`);
  } catch (error) {
    const shown = await page.locator('body').innerText();
    throw new Error(`${String(error)}\nThe page shows: ${shown}\n${complaints.join('\n')}`);
  }
  await page.close();
  // Vite's own page has no icon, and the browser says so.
  return complaints.filter((text) => !text.includes('404'));
}

describe.each<ReactVersion>([19, 18])('with React %i', (react) => {
  beforeAll(async () => {
    folder = await makeFolder();
    await installInto(folder, await packTarball(folder), companions, react);
    await writeFile(join(folder, 'index.html'), html);
    await writeFile(join(folder, 'main.js'), application);
    await writeFile(join(folder, 'typed.tsx'), typed);
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['typed.tsx'] }),
    );
  });

  afterAll(() => removeFolder(folder));

  it('its types agree with those of React', async () => {
    const tsc = join(folder, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [tsc, '--project', folder], folder);
  });

  it('works in the development server', async () => {
    const address = await startVite([]);
    try {
      expect(await visit(address, react, 'developer')).toEqual([]);
    } finally {
      await stopVite();
    }
  });

  it('works when built, with the module and the popover as files of their own', async () => {
    const program = join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
    await run(process.execPath, [program, 'build'], folder);
    const assets = await readdir(join(folder, 'dist', 'assets'));
    const modules = assets.filter((name) => name.endsWith('.wasm'));
    expect(modules.map((name) => name.replace(/-.{8}\.wasm$/, '')).sort()).toEqual([
      'keepline',
      'keepline-strict',
    ]);
    expect(assets.filter((name) => name.startsWith('popover'))).toHaveLength(1);
    expect(assets.filter((name) => /^worker-.{8}\.js$/.test(name))).toHaveLength(1);
    // A language is fetched by who speaks it, and the others are nowhere.
    expect(assets.filter((name) => /^it-.{8}\.js$/.test(name))).toHaveLength(1);
    expect(assets.filter((name) => /^(de|en|es|fr|pt)-.{8}\.js$/.test(name))).toEqual([]);
    const scripts = assets.filter((name) => name.endsWith('.js'));
    const texts = await Promise.all(
      scripts.map(async (name) => {
        const text = await readFile(join(folder, 'dist', 'assets', name), 'utf8');
        return text.includes('In tempo reale') ? [name.slice(0, 3)] : [];
      }),
    );
    expect(texts.flat()).toEqual(['it-']);
    const address = await startVite(['preview']);
    try {
      expect(await visit(address, react, 'person')).toEqual([]);
    } finally {
      await stopVite();
    }
  });
});
