/** What a page finds of imports after a reload: the list, and the rows that were refused as a file. */
import { describe, expect, test } from 'vitest';
import { waitFor } from './support/http.js';
import {
  ask,
  eventsOf,
  goodRows,
  HEADER,
  startImporter,
  stateOf,
  upload,
} from './support/imports.js';
import { connect, type TestServer } from './support/server.js';

async function importAll(server: TestServer, user: string, file: string, query = '') {
  const { body } = await upload(server, user, file, {}, query);
  const id = String(body['importId']);
  await waitFor(async () => (await stateOf(server, user, id)).body['state'] === 'complete');
  return id;
}

describe('the list of imports', { timeout: 60_000 }, () => {
  test('has those of its user, the newest first, without their rows', async () => {
    const server = await startImporter();
    const first = await importAll(server, 'ada', `${HEADER}Mara,none,,\n`);
    const second = await importAll(server, 'ada', HEADER + goodRows(2));
    await importAll(server, 'bruno', HEADER + goodRows(1));
    const { imports } = (await (await ask(server, 'ada', '')).json()) as {
      imports: Record<string, unknown>[];
    };
    expect(imports).toMatchObject([
      { importId: second, state: 'complete', total: 2, succeeded: 2, failed: 0, refusedKept: 0 },
      { importId: first, name: 'contacts.csv', succeeded: 0, failed: 1, refusedKept: 1 },
    ]);
    expect(Object.keys(imports[0] ?? {})).not.toContain('errors');
    expect((await fetch(`${server.url}/api/imports`)).status).toBe(401);
  });
});

describe('refused rows', { timeout: 60_000 }, () => {
  test('are told with the contact and the cell that is wrong', async () => {
    const server = await startImporter();
    const id = await importAll(
      server,
      'ada',
      `${HEADER}Mara,12,,\n,+12025550117,,\nTheo,+12025550118,x,\n`,
    );
    expect((await stateOf(server, 'ada', id)).body['errors']).toMatchObject([
      { row: 2, code: 'phone_invalid', name: 'Mara', value: '12' },
      { row: 3, code: 'name_missing' },
      { row: 4, code: 'email_invalid', name: 'Theo', value: 'x' },
    ]);
  });

  test('can be downloaded with their reasons, mended, and sent as they are', async () => {
    const server = await startImporter();
    const file =
      'name;phone;company\nMara;none;=cmd()\n"Jensen; Theo";+12025;\nGood;+12025550117;\n';
    const id = await importAll(server, 'ada', file, 'name=Müller list.csv');
    const answer = await ask(server, 'ada', `/${id}/refused.csv`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const text = bytes.subarray(3).toString();
    const lines = text.split('\r\n');
    expect(lines[0]).toBe('row;reason;name;phone;email;company');
    expect(lines[1]).toMatch(/^2;[^;]+;Mara;none;;'=cmd\(\)$/);
    expect(lines[2]).toMatch(/^3;[^;]+;"Jensen; Theo";'\+12025;;$/);
    expect(lines).toHaveLength(4);

    const client = await connect(server, 'ada');
    await upload(
      server,
      'ada',
      text.replace('none', '+12025550118').replace('+12025;', '+12025550119;'),
    );
    expect((await eventsOf(client)).at(-1)?.data).toMatchObject({ succeeded: 2, failed: 0 });
  });

  test('are nobody else’s, and not there where there are none', async () => {
    const server = await startImporter();
    const bad = await importAll(server, 'ada', `${HEADER}Mara,none,,\n`);
    const good = await importAll(server, 'ada', HEADER + goodRows(1));
    for (const user of ['bruno', 'chen']) {
      expect((await ask(server, user, `/${bad}/refused.csv`)).status, user).toBe(404);
    }
    expect((await ask(server, 'ada', `/${good}/refused.csv`)).status).toBe(404);
    expect((await fetch(`${server.url}/api/imports/${bad}/refused.csv`)).status).toBe(401);
  });

  test('are kept up to a bound, of one import and of all', async () => {
    const server = await startImporter({ refusedBytesMax: 200, refusedBytesInAll: 300 });
    const rows = HEADER + 'Mara,none,,\n'.repeat(20);
    const first = await importAll(server, 'ada', rows);
    const kept = (await stateOf(server, 'ada', first)).body;
    expect(kept).toMatchObject({ failed: 20 });
    expect(kept['refusedKept']).toBeGreaterThan(0);
    expect(kept['refusedKept']).toBeLessThan(20);
    const second = await importAll(server, 'bruno', rows);
    expect((await stateOf(server, 'ada', first)).body['refusedKept']).toBe(0);
    expect((await stateOf(server, 'bruno', second)).body['refusedKept']).toBeGreaterThan(0);
  });
});
