/**
 * The command itself, as a supervisor sees it: it starts, says where, stops when told, and fails
 * with a remedy.
 */
import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Client } from './support/client.js';
import { post, run, signIn, startedBy } from './support/process.js';

/** Reads on until a real import has begun; the simulated ones have other ids. */
async function waitForImport(client: Client): Promise<void> {
  for (;;) {
    const { data } = (await client.next()) as { data?: { importId?: string } };
    if (data?.importId?.startsWith('upload-')) return;
  }
}

// A process takes as long to start as the machine is busy.
describe('the command', { timeout: 60_000 }, () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s sends everybody away with a hint and exits 0',
    async (signal) => {
      const child = run({ PORT: '0' });
      const exited = once(child, 'exit');
      const { url } = await startedBy(child);
      const { client } = await signIn(url, 'ada');
      child.kill(signal);
      const { code, reason } = await client.closed;
      expect(code).toBe(1012);
      expect(JSON.parse(reason)).toEqual({ retryAfterMs: 500, spreadMs: 5000 });
      expect(await exited).toEqual([0, null]);
    },
  );

  test('on SIGTERM under load sends away all who listen, and does not wait for who does not', async () => {
    const child = run({ PORT: '0', FEED_RATE: '500', IMPORT_ROWS_PER_SEC: '10' });
    const exited = once(child, 'exit');
    const { url, log } = await startedBy(child);
    const readers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => signIn(url, `guest-${index}`)),
    );
    const deaf = await signIn(url, 'guest-deaf');
    deaf.client.socket.pause();
    const stalled = await signIn(url, 'guest-stalled');
    await post(url, '/dev/network/stall', { user: 'guest-stalled', on: true });
    const late = await signIn(url, 'guest-late');
    await post(url, '/dev/network/latency', { user: 'guest-late', ms: 10_000 });
    await post(url, '/dev/network/hang', { user: 'guest-hung', on: true });
    const { token: hungToken } = await post(url, '/dev/token', { user: 'guest-hung' });
    const hung = Client.withToken(url, String(hungToken));
    const upload = (token: string) =>
      request(`${url}/api/imports`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'text/csv' },
      }).on('error', () => {});
    const importer = readers[0] ?? deaf;
    const imported = upload(importer.token);
    imported.end(`name,phone\n${'Mara,+12025550117\n'.repeat(1000)}`);
    await once(imported, 'response');
    const unfinished = upload(deaf.token);
    unfinished.write('name,phone\n');
    await waitForImport(importer.client);

    child.kill('SIGTERM');
    for (const { client } of [...readers, stalled, late]) {
      const { code, reason } = await client.closed;
      expect(code).toBe(1012);
      expect(JSON.parse(reason)).toEqual({ retryAfterMs: 500, spreadMs: 5000 });
    }
    expect(await hung.opened).toBe(false);
    expect(await exited).toEqual([0, null]);
    // Not the watchdog of the command, but the server itself brought it to an end.
    expect(log()).toContain('"msg":"stopped"');
    const last = importer.client.unread.map(({ text }) => JSON.parse(text));
    expect(last.at(-1)).toEqual({
      type: 'going_away',
      data: { retryAfterMs: 500, spreadMs: 5000 },
    });
    expect(last.some(({ data }) => data.code === 'stopped')).toBe(true);
    deaf.client.socket.terminate();
  });

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
