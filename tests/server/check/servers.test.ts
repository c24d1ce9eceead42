/** What the command finds of servers that were not made for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createRealtime } from 'keepline/server';
import { attach } from 'keepline/server/ws';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAnyServer } from '../support/any-server.js';
import { ada } from '../support/link.js';
import { startServer, tokenFor } from '../support/server.js';
import { check } from './support/command.js';

const GOOD = 'a-token-that-is-good';
const LATE = 'a-token-that-has-expired';
const ORIGIN = 'https://crm.example';
/** Of a command that was told neither how to restart it, nor what to publish or to say. */
const UNTOLD = ['close.restart', 'resume.replay', 'batch.form', 'ack.repeat'];
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
  'ack.window',
  'ack.once',
  'resume.position',
  'resume.verdict',
  'resume.invalid',
  'resume.epoch',
  'resume.ahead',
  'resume.once',
  'resume.verdict-first',
  'gap.members',
  'position.comes',
  'position.not-ahead',
  'position.sent',
  'frame.well-formed',
  'frame.seq',
];

describe('the command', { timeout: 120_000 }, () => {
  test('finds no fault with the demo', async () => {
    const features = ['subscribe', 'reauth', 'resume', 'ack', 'batch'] as const;
    const allowedOrigins = ['self', ORIGIN];
    const server = await startServer({ allowedOrigins, features, heartbeatMs: 1000 });
    const expired = await tokenFor(server, 'ada', -60);
    const url = `${server.url.replace('http', 'ws')}/ws`;
    const token = await tokenFor(server, 'ada');
    const checked = await check(url, token, '--expired', expired, '--origin', ORIGIN);
    expect(checked.broken).toEqual([]);
    expect(checked.code).toBe(0);
    expect(new Set(checked.skipped)).toEqual(new Set([...UNTOLD, 'frame.seq']));
    expect(checked.seen('rate.flood')).toContain('closed with 4429');
    expect(checked.seen('origin.foreign')).toContain('closed with 4403');
    for (const secret of [token, expired]) expect(checked.output).not.toContain(secret.slice(-40));
  });

  test('finds no fault with the server half, and leaves nothing of it out', async () => {
    const http = createServer(async (_, response) => {
      await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'n', data: 1 });
      response.end();
    });
    const realtime = createRealtime({
      verify: (token) => {
        const refused = { refused: 'token', why: 'token rejected' } as const;
        return token === GOOD ? { ...ada, expiresAt: Date.now() + 3_600_000, claims: {} } : refused;
      },
      messages: { note: () => ({ at: performance.now() }) },
      heartbeatMs: 1000,
    });
    attach(http, realtime);
    onTestFinished(async () => {
      await realtime.close();
      http.closeAllConnections();
      await new Promise((closed) => http.close(closed));
    });
    await once(http.listen(0, '127.0.0.1'), 'listening');
    const { port } = http.address() as AddressInfo;
    const checked = await check(
      `ws://127.0.0.1:${port}/ws`,
      GOOD,
      ...['--expired', LATE, '--strict', '--message', '{"type":"note"}'],
      ...['--publish-command', `"${process.execPath}" -e "fetch('http://127.0.0.1:${port}/')"`],
    );
    expect(checked.broken.map((id) => [id, checked.seen(id)])).toEqual([]);
    expect(checked.code).toBe(0);
    expect(checked.skipped).toEqual(['connected.token-expiry', 'close.restart']);
    expect(checked.seen('batch.form')).toBe('1 messages of up to 2 frames');
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
    expect(new Set(checked.skipped)).toEqual(new Set([...UNTOLD, ...NO_CONNECTED]));
    expect(checked.seen('handshake.early-frame')).toBe('the link lived on');
  });

  test("judges a server on Python's websockets, which nobody here wrote", async () => {
    const url = await startPython(GOOD);
    const checked = await check(url, GOOD, '--expired', LATE, '--idle', '1000');
    expect(checked.broken.map((id) => [id, checked.seen(id)])).toEqual([]);
    expect(checked.code).toBe(0);
    expect(new Set(checked.skipped)).toEqual(new Set([...UNTOLD, ...NO_CONNECTED]));
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
