/** Requests as the page and the browser tests make them. */
import { setImmediate } from 'node:timers/promises';
import type { RunningServer } from '../../../web-demo/server/create-server.js';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export async function post(server: RunningServer, path: string, body: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export async function stats(server: RunningServer, user: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}/dev/network/stats?user=${user}`);
  return (await response.json()) as Record<string, unknown>;
}

export async function scrape(server: RunningServer): Promise<string> {
  return (await fetch(`${server.url}/metrics`)).text();
}

/** The value of one line of the metrics, 0 where it has not been counted yet. */
export async function metric(server: RunningServer, line: string): Promise<number> {
  const found = (await scrape(server)).split('\n').find((each) => each.startsWith(`${line} `));
  return Number(found?.slice(line.length) ?? 0);
}

/** Asks again until it is so; nothing sleeps, and how long it may take is the test's own limit. */
export async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds(condition))) await setImmediate();
}

async function holds(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await condition();
  } catch {
    return false;
  }
}
