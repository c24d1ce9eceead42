/** `keepline serve` as a process of its own, asked over the network as back ends and pages do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { main } from '../../check/support/command.js';
import { Client } from '../../support/client.js';
import { waitFor } from '../../support/http.js';
import { OIDC_AUDIENCE, OtherIssuer } from '../../support/server.js';

export const KEY = 'the-key-of-a-back-end-0123456789abcdef';
export const ada = { org_id: 'acme', sub: 'ada' };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface AskOptions {
  readonly method?: string;
  /** Null for none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is. */
  readonly body?: unknown;
}

export type ServeProcess = Awaited<ReturnType<typeof startProcess>>;

/** One that listens, whatever its issuer says. */
export async function startProcess(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [main, 'serve'], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let written = '';
  child.stderr.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      written += `${line}\n`;
      const told = JSON.parse(line) as { msg: string; port?: number };
      if (told.msg === 'listening') resolve(Number(told.port));
    });
    child.once('close', () => reject(new Error(`it ended before it listened: ${written}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  const ask = (path: string, options: AskOptions = {}) => askAt(url, path, options);
  return { child, exited, url, port, ask, written: () => written };
}

async function askAt(url: string, path: string, options: AskOptions): Promise<Answer> {
  const { method = 'GET', key = KEY, headers = {}, body } = options;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key !== null && { Authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  const parsed = isJson ? (JSON.parse(text) as Record<string, unknown>) : { text };
  return { status: response.status, headers: response.headers, body: parsed };
}

export const goodFor = (issuer: string): Record<string, string> => ({
  OIDC_ISSUER: issuer,
  OIDC_AUDIENCE,
  PUBLISH_KEY: KEY,
  DRAIN_MS: '0',
});

/** One that is ready, with its issuer. */
export async function startNode(environment: Readonly<Record<string, string>> = {}) {
  const issuer = await OtherIssuer.start();
  const node = await startProcess({ ...goodFor(issuer.url), ...environment });
  await waitFor(async () => (await node.ask('/readyz')).status === 200);
  const publish = (body: unknown, options: AskOptions = {}) =>
    node.ask('/publish', { method: 'POST', body, ...options });
  /** Signs in, and reads `connected` off the front. */
  const dial = async (claims: Readonly<Record<string, unknown>> = ada) => {
    const client = Client.withToken(node.url, await issuer.sign(claims));
    onTestFinished(() => client.socket.terminate());
    const connected = await client.next();
    return { client, connected };
  };
  return { ...node, issuer, publish, dial };
}
