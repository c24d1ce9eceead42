// The demo's server as a process of its own, by its command, and what its users send it.
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '../bundle.js';
import { within } from '../within.js';
import type { ProbeAnswers } from './probe.js';
import { fileOf, Remote } from './processes.js';
import type { World } from './world.js';

const startMsMax = 60_000;
const uploadMsMax = 180_000;
const askMs = 100;

export interface Demo {
  readonly server: Remote<ProbeAnswers>;
  readonly url: string;
  readonly port: number;
  token(user: string): Promise<string>;
}

export async function startDemo(
  { cores }: World,
  environment: Readonly<Record<string, string>> = {},
): Promise<Demo> {
  const server = await Remote.startServer<ProbeAnswers>(
    {
      script: 'server/main.ts',
      words: ['--no-page'],
      folder: `${root}web-demo`,
      flags: ['--import', fileOf('probe')],
      environment: {
        PORT: '0',
        FEED_RATE: '0',
        LOG_LEVEL: 'warn',
        // As fast as it goes: a database that takes its time would leave the server more of its own.
        IMPORT_ROWS_PER_SEC: '0',
        ...environment,
      },
    },
    cores,
  );
  let written = '';
  const found = new Promise<string>((resolve) => {
    server.output.on('data', (bytes: Buffer) => {
      written += bytes.toString().slice(0, 4096 - written.length);
      const address = /Keepline demo: (\S+)/.exec(written)?.[1];
      if (address) resolve(address);
    });
  });
  const url = await within(startMsMax, 'the demo to listen', found);
  return { server, url, port: Number(new URL(url).port), token: (user) => tokenOf(url, user) };
}

async function tokenOf(url: string, user: string): Promise<string> {
  const response = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user }),
  });
  return String(((await response.json()) as { token: unknown }).token);
}

/** The answer's status, when the import that it may have begun is over. */
export async function upload(
  { url }: Demo,
  token: string,
  file: Uint8Array<ArrayBuffer>,
): Promise<number> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'text/csv' };
  const signal = AbortSignal.timeout(uploadMsMax);
  const response = await fetch(`${url}/api/imports`, {
    method: 'POST',
    headers,
    body: file,
    signal,
  });
  const { importId } = (await response.json()) as { importId?: string };
  for (let running = importId !== undefined; running; ) {
    await pause(askMs);
    const asked = await fetch(`${url}/api/imports/${importId}`, { headers, signal });
    running = ((await asked.json()) as { state: string }).state === 'running';
  }
  return response.status;
}
