/** Contact imports: who may send one, who hears of it, and what is told. */
import { once } from 'node:events';
import { request } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { metric, waitFor } from './support/http.js';
import {
  contactFile,
  eventsOf,
  goodRows,
  HEADER,
  runOf,
  startImporter,
  stateOf,
  upload,
} from './support/imports.js';
import { connect, OtherIssuer, startServer, tokenFor } from './support/server.js';

describe('an import', { timeout: 60_000 }, () => {
  test('is answered with its total, told from first progress to last, and completed', async () => {
    const server = await startImporter({ progressIntervalMs: 0 });
    const client = await connect(server, 'ada');
    const { status, body } = await upload(server, 'ada', HEADER + goodRows(1000));
    expect(status).toBe(202);
    expect(body).toMatchObject({ importId: expect.stringMatching(/^upload-/), total: 1000 });
    const events = await eventsOf(client);
    const progress = events.filter(({ type }) => type === 'import_progress');
    expect(progress.length).toBeGreaterThan(1);
    const processed = progress.map(({ data }) => Number(data['processed']));
    expect(processed).toEqual([...processed].sort((a, b) => a - b));
    expect(progress.at(-1)?.data).toEqual({
      importId: body['importId'],
      processed: 1000,
      total: 1000,
      succeeded: 1000,
      failed: 0,
    });
    expect(events.at(-1)).toMatchObject({
      type: 'import_complete',
      data: { importId: body['importId'], total: 1000, succeeded: 1000, failed: 0 },
    });
    expect(events.at(-1)?.data['durationMs']).toEqual(expect.any(Number));
  });

  test('tells progress no more often than its interval, but always the last', async () => {
    const server = await startImporter({ progressIntervalMs: 3_600_000 });
    const client = await connect(server, 'ada');
    await upload(server, 'ada', HEADER + goodRows(2000));
    const progress = (await eventsOf(client)).filter(({ type }) => type === 'import_progress');
    expect(progress).toHaveLength(2);
    expect(progress[1]?.data['processed']).toBe(2000);
  });

  test('leaves the event loop to others between slices', async () => {
    const run = runOf(contactFile(5000));
    const running = run.run(new AbortController().signal);
    let turns = 0;
    for (; run.isRunning; turns += 1) await setImmediate();
    await running;
    expect(turns).toBeGreaterThanOrEqual(5000 / 250 - 1);
  });

  test('is logged with its user’s id, and with nothing else that the token claims', async () => {
    const server = await startImporter();
    const client = await connect(server, 'ada');
    await upload(server, 'ada', HEADER + goodRows(1));
    await eventsOf(client);
    const started = server
      .logged()
      .split('\n')
      .find((line) => line.includes('import started'));
    const { tenant, user, importId, rows, ...rest } = JSON.parse(started ?? '{}');
    expect([tenant, user, rows]).toEqual(['harbour', 'agent-1', 1]);
    expect(importId).toMatch(/^upload-/);
    expect(Object.keys(rest).sort()).toEqual(['level', 'msg', 'time']);
  });

  test('is heard in all tabs of its user and by nobody else', async () => {
    const server = await startImporter();
    const tabs = [await connect(server, 'ada'), await connect(server, 'ada')];
    const others = [await connect(server, 'bruno'), await connect(server, 'chen')];
    await upload(server, 'ada', HEADER + goodRows(3));
    for (const tab of tabs) expect((await eventsOf(tab)).at(-1)?.type).toBe('import_complete');
    for (const other of others) {
      await other.settle();
      expect(other.unread).toEqual([]);
    }
  });

  test('can be caught up with by its owner, and is not there for anybody else', async () => {
    const server = await startImporter();
    const { body } = await upload(server, 'ada', `${HEADER}Mara,+12025550117,,\nTheo,12,,\n`);
    const id = body['importId'];
    await waitFor(async () => (await stateOf(server, 'ada', id)).body['state'] === 'complete');
    expect((await stateOf(server, 'ada', id)).body).toMatchObject({
      importId: id,
      name: 'contacts.csv',
      total: 2,
      processed: 2,
      succeeded: 1,
      failed: 1,
      errors: [{ row: 3, code: 'phone_invalid', message: expect.stringContaining('country code') }],
      errorsOmitted: 0,
    });
    // Bruno is in her tenant, Chen has her `sub` in another.
    for (const user of ['bruno', 'chen']) {
      expect((await stateOf(server, user, id)).status, user).toBe(404);
    }
    expect((await stateOf(server, 'ada', 'upload-nothing')).status).toBe(404);
    expect((await fetch(`${server.url}/api/imports/${id}`)).status).toBe(401);
  });

  test('keeps the newest few of a user, and no more', async () => {
    const server = await startImporter({ keptPerUser: 2 });
    const ids: unknown[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { body } = await upload(server, 'ada', HEADER + goodRows(1));
      ids.push(body['importId']);
      await waitFor(async () =>
        ['complete', undefined].includes(
          (await stateOf(server, 'ada', body['importId'])).body['state'] as string | undefined,
        ),
      );
    }
    const found = await Promise.all(
      ids.map(async (id) => (await stateOf(server, 'ada', id)).status),
    );
    expect(found).toEqual([404, 200, 200]);
  });

  test('ends with a word about it when the server stops', async () => {
    const server = await startImporter({ rowsPerSecond: 20 });
    const client = await connect(server, 'ada');
    await upload(server, 'ada', HEADER + goodRows(10_000));
    expect((await client.next())['type']).toBe('import_progress');
    const events = eventsOf(client);
    await server.close();
    expect((await events).at(-1)).toMatchObject({
      type: 'import_error',
      data: { code: 'stopped', message: expect.stringContaining('send the file again') },
    });
    expect((await client.closed).code).toBe(1012);
  });
});

describe('a sender', { timeout: 60_000 }, () => {
  test('without a good token is answered with 401', async () => {
    const server = await startImporter();
    const good = await tokenFor(server, 'ada');
    const headers = [
      { Authorization: '' },
      { Authorization: 'Bearer nonsense' },
      { Authorization: `Bearer ${good.slice(0, -8)}AAAAAAAA` },
      { Authorization: `Basic ${good}` },
    ];
    for (const header of headers) {
      const { status, body } = await upload(server, 'ada', HEADER + goodRows(1), header);
      expect(status).toBe(401);
      expect(JSON.stringify(body)).not.toContain(good.slice(0, 20));
    }
    expect(server.logged()).not.toContain(good.slice(0, 20));
  });

  test('whose tokens were taken back is answered with 401', async () => {
    const server = await startImporter();
    const Authorization = `Bearer ${await tokenFor(server, 'ada')}`;
    server.panel?.expireTokens({ tenant: 'harbour', user: 'agent-1' });
    const answer = await upload(server, 'ada', HEADER + goodRows(1), { Authorization });
    expect(answer.status).toBe(401);
    expect(answer.body['error']).toContain('revoked');
  });

  test('without a tenant, or from the page of another site, is answered with 403', async () => {
    const issuer = await OtherIssuer.start();
    const server = await startServer({
      identity: { kind: 'oidc', issuer: issuer.url, audience: 'https://api.crm.example' },
      networkPanel: false,
    });
    const send = async (claims: Record<string, unknown>, headers: Record<string, string> = {}) => {
      const response = await fetch(`${server.url}/api/imports`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${await issuer.sign(claims)}`,
          'Content-Type': 'text/csv',
          ...headers,
        },
        body: HEADER + goodRows(1),
      });
      return response.status;
    };
    expect(await send({ org_id: undefined })).toBe(403);
    expect(await send({}, { Origin: 'https://evil.example' })).toBe(403);
    expect(await send({})).toBe(202);
  });

  test('is told to come back where the issuer cannot be asked', async () => {
    const issuer = await OtherIssuer.start();
    issuer.fail();
    const server = await startServer({
      identity: { kind: 'oidc', issuer: issuer.url, audience: 'https://api.crm.example' },
      networkPanel: false,
    });
    const response = await fetch(`${server.url}/api/imports`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await issuer.sign({})}`, 'Content-Type': 'text/csv' },
      body: HEADER,
    });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
  });

  test('has one import at a time, from the first byte sent to the last row done', async () => {
    const server = await startImporter();
    const slow = request(`${server.url}/api/imports`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await tokenFor(server, 'ada')}`,
        'Content-Type': 'text/csv',
      },
    });
    slow.on('error', () => {});
    slow.write(HEADER);
    await waitFor(async () => (await metric(server, 'keepline_imports_held')) === 1);
    expect((await upload(server, 'ada', HEADER + goodRows(1))).status).toBe(409);
    expect((await upload(server, 'bruno', HEADER + goodRows(1))).status).toBe(202);
    slow.end(goodRows(1));
    const [response] = await once(slow, 'response');
    expect(response.statusCode).toBe(202);
    response.resume();
  });

  test('is told which import is in the way', async () => {
    const server = await startImporter({ rowsPerSecond: 20 });
    const { body } = await upload(server, 'ada', HEADER + goodRows(10_000));
    expect(await upload(server, 'ada', HEADER + goodRows(1))).toEqual({
      status: 409,
      body: { error: expect.stringContaining('under way'), importId: body['importId'] },
    });
  });

  test('who goes away in the middle leaves the place free', async () => {
    const server = await startImporter();
    const headers = {
      Authorization: `Bearer ${await tokenFor(server, 'ada')}`,
      'Content-Type': 'text/csv',
    };
    const gone = request(`${server.url}/api/imports`, { method: 'POST', headers });
    gone.on('error', () => {});
    gone.write(HEADER);
    await waitFor(async () => (await metric(server, 'keepline_imports_held')) === 1);
    gone.destroy();
    await waitFor(async () => (await upload(server, 'ada', HEADER + goodRows(1))).status === 202);
  });

  test('finds the door closed while too many others import', async () => {
    const server = await startImporter({ concurrentMax: 1, rowsPerSecond: 20 });
    await upload(server, 'ada', HEADER + goodRows(10_000));
    const { status, body } = await upload(server, 'chen', HEADER + goodRows(1));
    expect(status).toBe(503);
    expect(body['error']).toContain('try again');
  });

  test('with another method, or to an address beside it, is told so', async () => {
    const server = await startImporter();
    const get = await fetch(`${server.url}/api/imports`, { method: 'PUT' });
    expect(get.status).toBe(405);
    expect(get.headers.get('allow')).toBe('GET, POST');
    expect((await fetch(`${server.url}/api/elsewhere`)).status).toBe(404);
  });
});
