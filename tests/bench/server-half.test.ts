// The command measures the server half, with few links: every process starts, answers and ends, and every bar is
// in the report. What it measured is no test's business.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasRedis } from '../server/support/redis.js';
import { root } from './bundle.js';
import type { Results } from './report.js';
import { returnerNames } from './server-half/dialects.js';
import { contactFiles, honestFile } from './server-half/files.js';
import { hopContenders } from './server-half/nodes.js';
import { quickServerScale } from './server-half/scale.js';

async function bench(...words: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'keepline-bench-'));
  const command = ['--import', 'tsx', 'tests/bench/main.ts', ...words, '--to', folder];
  const child = spawn(process.execPath, command, {
    cwd: root,
    // Vitest's own NODE_ENV and options are not the benchmark's.
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });
  const [code] = await once(child, 'exit');
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  return {
    code,
    report: await read('report.md'),
    results: JSON.parse(await read('samples.json')) as Results,
  };
}

// A dozen processes are started one after the other, and half requests have their ten seconds.
describe('the benchmark of the server half', { timeout: 300_000 }, () => {
  test('measures every part, and needs no browser', async () => {
    const { code, report, results } = await bench('--only', 'server', '--quick');
    expect(code).toBe(0);
    const { machine, server } = results;
    expect(machine.chromium).toBeNull();
    const { sockets, fans, imports, floods, loggedDials, replay, resumes } = quickServerScale;
    expect(server?.links?.map(({ contender }) => contender)).toEqual([
      'ws',
      'keepline',
      'socket.io',
    ]);
    for (const sample of server?.links ?? []) {
      expect(sample.sockets).toBe(sockets);
      expect(sample.fans).toHaveLength(fans);
      expect(sample.pingsMs.length).toBeGreaterThan(0);
    }
    for (const [samples, { clients, events }] of [
      [server?.replay, replay],
      [server?.resumes, resumes],
    ] as const) {
      expect(samples?.map(({ returner }) => returner)).toEqual(returnerNames);
      for (const sample of samples ?? []) expect(sample).toMatchObject({ clients, events });
    }
    // Where there is no Redis the report says so.
    if (hasRedis) expect(server?.hops?.map((each) => each.contender)).toEqual(hopContenders);
    else expect(report).toContain('no redis-server');
    for (const { hopMs } of server?.hops ?? []) {
      expect(hopMs).toHaveLength(quickServerScale.hops.perSec * quickServerScale.hops.seconds);
    }
    expect(server?.uploads?.map(({ status }) => status)).toEqual([null, 400, 413, 413, 202, 202]);
    expect(server?.imports?.imports).toBe(imports);
    expect(server?.floods).toHaveLength(2 * floods);
    expect(server?.log?.dialMs).toHaveLength(loggedDials);
    expect(server?.forgeries?.failures).toEqual([]);
    for (const bar of [
      'memory a socket',
      'during one of commas',
      'finished imports',
      'reads the log',
      'come back at once',
    ]) {
      expect(report).toContain(bar);
    }
    // Only Linux says which descriptors are open.
    expect(server?.descriptors !== null).toBe(process.platform === 'linux');
  });
});

describe('the files that are uploaded', () => {
  test('are as long as they may be, and no longer', () => {
    for (const { bytes } of contactFiles(2 ** 20)) {
      expect(bytes.length).toBeLessThanOrEqual(2 ** 20);
      expect(bytes.length).toBeGreaterThan(2 ** 20 - 2048);
    }
  });

  test('have the columns and rows that an honest list has', () => {
    const lines = Buffer.from(honestFile(100_000, 18)).toString().trimEnd().split('\n');
    expect(new Set(lines.map((line) => line.split(',').length))).toEqual(new Set([18]));
    expect(new Set(lines).size).toBe(lines.length);
  });
});
