/** The servers that the README shows, as processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const REPORT = `
  http.on('listening', () => process.send(http.address().port));
`;

/** The first block of JavaScript under a heading. */
export async function readSnippet(heading: string): Promise<string> {
  const readme = await readFile(`${root}README.md`, 'utf8');
  const section = readme.slice(readme.indexOf(`\n## ${heading}\n`));
  return /\n```js\n([\s\S]*?)\n```\n/.exec(section)?.[1] ?? '';
}

/** `verify` is the source that the README leaves to its reader. */
export async function startAnyServer(verify: string) {
  return startSnippet([verify, await readSnippet('Any server')].join('\n'));
}

/** Whose `http` says where it listens. */
export async function startSnippet(snippet: string) {
  const source = [snippet, REPORT].join('\n');
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}
