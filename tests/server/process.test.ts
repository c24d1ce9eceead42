/**
 * The command itself, as a supervisor sees it: it starts, says where, stops when told, and fails
 * with a remedy.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Client } from './support/client.js';

const demo = fileURLToPath(new URL('../../web-demo', import.meta.url));

function run(environment: Record<string, string>) {
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

async function addressOf(child: ReturnType<typeof run>): Promise<string> {
  for await (const line of createInterface(child.stdout)) {
    const address = /http:\/\/[\w.:]+$/.exec(line)?.[0];
    if (address) {
      child.stdout.resume();
      return address;
    }
  }
  throw new Error('the server ended without saying where it listens');
}

// A process takes as long to start as the machine is busy.
describe('the command', { timeout: 60_000 }, () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s sends everybody away with a hint and exits 0',
    async (signal) => {
      const child = run({ PORT: '0' });
      const exited = once(child, 'exit');
      const url = await addressOf(child);
      const response = await fetch(`${url}/dev/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"user":"ada"}',
      });
      const { token } = (await response.json()) as { token: string };
      const client = Client.withToken(url, token);
      await client.next();
      child.kill(signal);
      const { code, reason } = await client.closed;
      expect(code).toBe(1012);
      expect(JSON.parse(reason)).toEqual({ retryAfterMs: 500, spreadMs: 5000 });
      expect(await exited).toEqual([0, null]);
    },
  );

  test.each([
    [{ NODE_ENV: 'production' }, 'Set AUTH0_DOMAIN and AUTH0_AUDIENCE'],
    [{ PORT: 'http' }, 'PORT is "http"'],
  ])('with %o does not start and says what to do', async (environment, remedy) => {
    const child = run(environment);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(said).toContain(remedy);
  });
});
