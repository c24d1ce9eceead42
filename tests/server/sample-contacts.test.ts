/** The contact list to try the import with: from the command, from the server, and imported. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sampleRows } from '../../web-demo/server/imports/sample-contacts.js';
import { eventsOf, startImporter, upload } from './support/imports.js';
import { connect, OIDC_AUDIENCE, OtherIssuer, startServer } from './support/server.js';

const demo = fileURLToPath(new URL('../../web-demo', import.meta.url));

function run(words: readonly string[]) {
  return promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'scripts/sample-contacts.ts', ...words],
    { cwd: demo, maxBuffer: 16 * 1024 * 1024 },
  );
}

// Thousands of rows, and a process of its own, take as long as the machine is busy.
describe('the sample', { timeout: 60_000 }, () => {
  test('is the same for the same seed and another for another', () => {
    const rows = [...sampleRows({ rows: 500, seed: 7 })];
    expect(rows).toHaveLength(501);
    expect([...sampleRows({ rows: 500, seed: 7 })]).toEqual(rows);
    expect([...sampleRows({ rows: 500, seed: 8 })]).not.toEqual(rows);
  });

  test('has every kind of mistake, and most of it can be imported', async () => {
    const server = await startImporter({ errorsTold: 5000 });
    const client = await connect(server, 'ada');
    const file = await (await fetch(`${server.url}/api/sample-contacts.csv`)).text();
    expect(file).toMatch(/"[^"]*,[^"]*"/);
    expect(file).toMatch(/"[^",]*\n[^"]*"/);
    expect(file).toMatch(/山田/);
    expect((await upload(server, 'ada', file)).body['total']).toBe(5000);
    const events = await eventsOf(client);
    const codes = new Set(
      events.filter(({ type }) => type === 'import_error').map(({ data }) => data['code']),
    );
    expect([...codes].sort()).toEqual([
      'columns',
      'duplicate',
      'email_invalid',
      'name_missing',
      'phone_invalid',
    ]);
    const end = events.at(-1)?.data;
    expect(Number(end?.['succeeded'])).toBeGreaterThan(4500);
    expect(Number(end?.['failed'])).toBeGreaterThan(50);
  });

  test('has as many rows as are asked for, each number once', () => {
    const phones = [...sampleRows({ rows: 50_000, seed: 1 })]
      .slice(1)
      .map(([, phone = '']) => phone.replace(/\D/g, ''))
      .filter((digits) => digits.length === 11);
    // All that repeat were repeated on purpose: one row in seven of those with a mistake.
    expect(new Set(phones).size).toBeGreaterThan(phones.length * 0.99);
  });

  test.each(['0', '50001', '1.5', 'many'])('of %s rows is refused', async (rows) => {
    const server = await startServer();
    const response = await fetch(`${server.url}/api/sample-contacts.csv?rows=${rows}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining('from 1 to 50000') });
  });

  test('is not offered where contacts are real', async () => {
    const issuer = await OtherIssuer.start();
    const server = await startServer({
      identity: { kind: 'oidc', issuer: issuer.url, audience: OIDC_AUDIENCE },
      networkPanel: false,
    });
    expect((await fetch(`${server.url}/api/sample-contacts.csv`)).status).toBe(404);
  });

  test('comes from the command as from the server', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'keepline-sample-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const server = await startServer();
    const url = `${server.url}/api/sample-contacts.csv?rows=300`;
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toContain('sample-contacts.csv');
    const served = await response.text();
    expect((await run(['--rows', '300'])).stdout).toBe(served);
    const path = join(directory, 'sample.csv');
    await run(['--rows', '300', path]);
    expect(await readFile(path, 'utf8')).toBe(served);
    await expect(run(['--rows', 'many'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm run sample'),
    });
  });
});
