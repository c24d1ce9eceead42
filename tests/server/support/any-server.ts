/** The servers that the README shows, as processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const REPORT = `
  const report = () => process.send(http.address().port);
  if (http.listening) report();
  else http.on('listening', report);
`;

/** The first block of JavaScript under a heading, of whichever level. */
export async function readSnippet(heading: string): Promise<string> {
  const readme = await readFile(`${root}README.md`, 'utf8');
  const section = readme.split(/^#+ /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const block = /\n```js\n([\s\S]*?)\n```\n/.exec(section)?.[1];
  if (block === undefined) throw new Error(`README: no JavaScript under "${heading}"`);
  return block;
}

/** `verify` is the source that the README leaves to its reader. */
export async function startAnyServer(verify: string) {
  return startSnippet([verify, await readSnippet('Any server')].join('\n'));
}

/** Whose `http` says where it listens. */
export const startSnippet = (snippet: string) =>
  start(['--input-type=module', '--eval', [snippet, REPORT].join('\n')], root);

/** The same as `server.js` of an application, where its imports are found. */
export async function startInApplication(folder: string, snippet: string, env: NodeJS.ProcessEnv) {
  await writeFile(join(folder, 'server.js'), [snippet, REPORT].join('\n'));
  return start(['server.js'], folder, env);
}

async function start(args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}
