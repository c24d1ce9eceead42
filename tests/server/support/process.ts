/** The server's command as a process of its own, started and watched from outside. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Client } from './client.js';

const demo = fileURLToPath(new URL('../../../web-demo', import.meta.url));

export function run(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts', '--no-page'], {
    cwd: demo,
    // Vitest's own NODE_ENV and options are not the server's.
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** Where it listens, and what it has written since. */
export async function startedBy(child: ReturnType<typeof run>) {
  let written = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      written += chunk.toString();
      const address = /Keepline demo: (\S+)/.exec(written)?.[1];
      if (address) resolve(address);
    });
    child.stdout.once('end', () =>
      reject(new Error('the server ended without saying where it listens')),
    );
  });
  return { url, log: () => written };
}

export async function post(
  url: string,
  path: string,
  body: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

export async function signIn(
  url: string,
  user: string,
): Promise<{ client: Client; token: string }> {
  const token = String((await post(url, '/dev/token', { user }))['token']);
  const client = Client.withToken(url, token);
  await client.next();
  return { client, token };
}
