/** What the command finds of servers that were not made for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAnyServer } from '../support/any-server.js';
import { startServer, tokenFor } from '../support/server.js';
import { check } from './support/command.js';

const GOOD = 'a-token-that-is-good';
const LATE = 'a-token-that-has-expired';
const ORIGIN = 'https://crm.example';
/** Of a server that lists neither, and of a command that was not told to restart it. */
const NOT_THERE = ['close.restart', 'resume.reserved', 'ack.reserved'];
/** Of a server that sends no `connected`. */
const NO_CONNECTED = [
  'connected.first',
  'connected.members',
  'connected.token-expiry',
  'message.unknown-answered',
  'subscribe.good',
  'subscribe.bad',
  'subscribe.too-many',
  'reauth.good',
  'reauth.bad',
  'frame.well-formed',
  'frame.seq',
];

describe('the command', { timeout: 120_000 }, () => {
  test('finds no fault with the demo', async () => {
    const server = await startServer({ allowedOrigins: ['self', ORIGIN], heartbeatMs: 1000 });
    const expired = await tokenFor(server, 'ada', -60);
    const url = `${server.url.replace('http', 'ws')}/ws`;
    const token = await tokenFor(server, 'ada');
    const checked = await check(url, token, '--expired', expired, '--origin', ORIGIN);
    expect(checked.broken).toEqual([]);
    expect(checked.code).toBe(0);
    expect(new Set(checked.skipped)).toEqual(new Set([...NOT_THERE, 'frame.seq']));
    expect(checked.seen('rate.flood')).toContain('closed with 4429');
    expect(checked.seen('origin.foreign')).toContain('closed with 4403');
    for (const secret of [token, expired]) expect(checked.output).not.toContain(secret.slice(-40));
  });

  test('finds no fault with the server of the README', async () => {
    const { port } = await startAnyServer(`
      const verify = async (token) => (token === '${GOOD}' ? { exp: Date.now() / 1000 + 3600 } : null);
    `);
    const url = `ws://127.0.0.1:${port}/ws`;
    const late = ['--expired', LATE, '--idle', '1000'];
    const checked = await check(url, GOOD, '--origin', ORIGIN, '--strict', ...late);
    expect(checked.broken).toEqual([]);
    expect(checked.code).toBe(0);
    expect(new Set(checked.skipped)).toEqual(new Set([...NOT_THERE, ...NO_CONNECTED]));
    expect(checked.seen('handshake.early-frame')).toBe('the link lived on');
  });

  test("judges a server on Python's websockets, which nobody here wrote", async () => {
    const url = await startPython(GOOD);
    const checked = await check(url, GOOD, '--expired', LATE, '--idle', '1000');
    expect(checked.broken.map((id) => [id, checked.seen(id)])).toEqual([]);
    expect(checked.code).toBe(0);
    expect(new Set(checked.skipped)).toEqual(new Set([...NOT_THERE, ...NO_CONNECTED]));
    expect(checked.seen('origin.foreign')).toContain('tolerated');
    expect(checked.seen('rate.flood')).toContain('tolerated');
  });
});

/** Set-up finds a Python that has the package, and installs Debian's python3-websockets where none has. */
async function startPython(token: string): Promise<string> {
  const script = fileURLToPath(new URL('python_server.py', import.meta.url));
  const python = process.env['KEEPLINE_PYTHON'] ?? '/usr/bin/python3';
  const child = spawn(python, [script, token], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const line = createInterface({ input: child.stdout });
  const port = await Promise.race([
    once(line, 'line').then(([text]) => String(text)),
    once(child, 'error').then(([error]) => Promise.reject(error)),
    once(child, 'close').then(() =>
      Promise.reject(
        new Error(
          `${python} runs no server: ./toolchain/test js installs python3-websockets. ${complaint}`,
        ),
      ),
    ),
  ]);
  return `ws://127.0.0.1:${port}/`;
}
