// Plain Node: importing and rendering on a server must neither touch the network nor keep the
// process alive.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from './support/run.js';
import { installInto, makeFolder, packTarball, removeFolder } from './support/tarball.js';

let folder: string;

beforeAll(async () => {
  folder = await makeFolder();
  await installInto(folder, await packTarball(folder), ['react', 'react-dom']);
});
afterAll(() => removeFolder(folder));

// Whatever opens a connection, a file of the module or a timer fails loudly in the programs below.
const guard = `
const refuse = (what) => () => { throw new Error(what + ' was used'); };
globalThis.fetch = refuse('fetch');
globalThis.WebSocket = class { constructor() { refuse('WebSocket')(); } };
globalThis.setInterval = refuse('setInterval');
const globals = new Set(Object.getOwnPropertyNames(globalThis));
export const addedGlobals = () =>
  Object.getOwnPropertyNames(globalThis).filter((name) => !globals.has(name));
// One-shot requests are the module loader's own, and end by themselves.
export const openHandles = () =>
  process.getActiveResourcesInfo().filter((name) => !/^(TTY|Pipe)Wrap$|Req/.test(name));
`;

async function runProgram(program: string): Promise<unknown> {
  await writeFile(join(folder, 'guard.mjs'), guard);
  await writeFile(join(folder, 'program.mjs'), program);
  return JSON.parse(await run(process.execPath, ['program.mjs'], folder));
}

it('is imported without side effects', async () => {
  const seen = await runProgram(`
    import { addedGlobals, openHandles } from './guard.mjs';
    const index = await import('keepline');
    const react = await import('keepline/react');
    console.log(JSON.stringify({
      globals: addedGlobals(),
      handles: openHandles(),
      functions: [typeof index.createConnection, typeof react.useWebSocket],
    }));
  `);
  expect(seen).toEqual({ globals: [], handles: [], functions: ['function', 'function'] });
});

it('needs no React where only the connection is imported', async () => {
  const bare = await makeFolder();
  try {
    const tarball = await packTarball(bare);
    await installInto(bare, tarball, []);
    await writeFile(
      join(bare, 'program.mjs'),
      "import { createConnection } from 'keepline';\nconsole.log(typeof createConnection);\n",
    );
    expect(await run(process.execPath, ['program.mjs'], bare)).toBe('function\n');
  } finally {
    await removeFolder(bare);
  }
});

it('is rendered on a server as a static snapshot that touches nothing', async () => {
  const seen = await runProgram(`
    import { addedGlobals, openHandles } from './guard.mjs';
    import { createElement } from 'react';
    import { renderToString } from 'react-dom/server';
    import { RealtimeProvider, useWebSocket, WebSocketStatusIndicator } from 'keepline/react';
    function State() {
      const { isConnected, status } = useWebSocket();
      return createElement('output', null, status.state + ' ' + isConnected);
    }
    const html = renderToString(
      createElement(RealtimeProvider, { options: { path: '/ws' } },
        createElement(State), createElement(WebSocketStatusIndicator)),
    );
    console.log(JSON.stringify({
      globals: addedGlobals(),
      handles: openHandles(),
      state: /<output>([^<]*)</.exec(html)?.[1] ?? '',
      button: html.includes('<button'),
    }));
  `);
  expect(seen).toMatchObject({ globals: [], handles: [], button: true });
  expect((seen as { state: string }).state).toMatch(/^(connecting|disconnected) false$/);
});
