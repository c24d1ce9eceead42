/** The server of the README's "Any server", as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const REPORT = `
  http.on('listening', () => process.send(http.address().port));
`;

async function readSnippet(): Promise<string> {
  const readme = await readFile(`${root}README.md`, 'utf8');
  const section = readme.slice(readme.indexOf('\n## Any server\n'));
  return /\n```js\n([\s\S]*?)\n```\n/.exec(section)?.[1] ?? '';
}

/** `verify` is the source that the README leaves to its reader. */
export async function startAnyServer(verify: string) {
  const source = [verify, await readSnippet(), REPORT].join('\n');
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
