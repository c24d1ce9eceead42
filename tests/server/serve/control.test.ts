/** What a back end can ask of `keepline serve`, and what it is told when it asks wrongly. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { ada, KEY, startNode } from './support/node.js';

const event = { tenant: 'acme', to: { users: ['ada'] }, type: 'new_call', data: { callId: 'c1' } };

/** The status line of an answer to what no HTTP client would send. */
async function sendRaw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  const [status = ''] = (await text(socket)).split('\r\n');
  return status;
}

/** Of an epoch and a number. */
const POSITION = /^[A-Za-z0-9_-]{1,16}\.[1-9][0-9]*$/;

describe('POST /publish', { timeout: 60_000 }, () => {
  test('is heard by the users it names and by nobody else', async () => {
    const { publish, dial } = await startNode();
    const { client: first, connected } = await dial();
    const { client: colleague } = await dial({ ...ada, sub: 'bo' });
    const { client: stranger } = await dial({ ...ada, org_id: 'other' });
    expect(connected).toMatchObject({ type: 'connected', data: { tenantId: 'acme' } });
    expect(await publish(event)).toMatchObject({
      status: 202,
      body: { id: null, duplicate: false, position: expect.stringMatching(POSITION) },
    });
    expect(await first.next()).toMatchObject({ type: 'new_call', data: { callId: 'c1' } });
    await publish({ tenant: 'acme', to: 'tenant', type: 'shift_over' });
    expect(await first.next()).toMatchObject({ type: 'shift_over' });
    expect(await colleague.next()).toMatchObject({ type: 'shift_over' });
    await Promise.all([first, colleague, stranger].map((client) => client.settle()));
    expect([first, colleague, stranger].flatMap(({ unread }) => unread)).toEqual([]);
  });

  test('delivers one id once in a tenant, by its member or by the header', async () => {
    const { publish, dial } = await startNode();
    const { client } = await dial();
    const header = (key: string) => ({ headers: { 'Idempotency-Key': key } });
    const answers = [
      await publish({ ...event, id: 'call-1' }),
      await publish({ ...event, id: 'call-1', data: 'again' }),
      await publish({ ...event, data: 'again' }, header('call-1')),
      await publish({ ...event, data: 'again' }, header('"call-1"')),
      await publish({ ...event, id: 'call-1' }, header('call-1')),
      await publish({ ...event, tenant: 'other', id: 'call-1' }),
      await publish({ ...event, data: 'second' }, header('call-2')),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(202));
    expect(answers.map(({ body }) => [body['id'], body['duplicate']])).toEqual([
      ['call-1', false],
      ...Array(4).fill(['call-1', true]),
      ['call-1', false],
      ['call-2', false],
    ]);
    await client.settle();
    expect(client.unread.map(({ text }) => JSON.parse(text).data)).toEqual([
      { callId: 'c1' },
      'second',
    ]);
  });

  test('does not take an id for seen whose event was refused', async () => {
    const { publish } = await startNode();
    expect((await publish({ ...event, type: '', id: 'call-1' })).status).toBe(400);
    const { body } = await publish({ ...event, id: 'call-1' });
    expect(body).toMatchObject({ duplicate: false });
  });

  test('names what is wrong with an event', async () => {
    const { publish } = await startNode();
    const wrong: readonly (readonly [object, string])[] = [
      [{ tenant: undefined }, '"tenant" must be a string'],
      [{ tenant: 7 }, '"tenant" must be a string'],
      [{ to: undefined }, '"to" must be'],
      [{ to: 'everybody' }, '"to" must be'],
      [{ to: null }, '"to" must be'],
      [{ to: { users: 'ada' } }, '"to" must be'],
      [{ to: { users: [''] } }, '"to" must be'],
      [{ type: undefined }, '"type" must be a string of 1 to 64 bytes'],
      [{ type: 'x'.repeat(65) }, '"type" must be'],
      [{ id: 7 }, '"id" must be'],
      [{ id: '' }, '"id" must be'],
      [{ coalesce: 1 }, '"coalesce" must be'],
      [{ trace: {} }, '"trace" must be'],
      [{ colaesce: 'x' }, '"colaesce" is none of tenant, to, type'],
    ];
    for (const [member, sentence] of wrong) {
      const { status, body } = await publish({ ...event, ...member });
      expect([status, body['error']], sentence).toEqual([400, expect.stringContaining(sentence)]);
    }
    for (const text of ['', '{', '[]', 'null', '"x"', '{"tenant":']) {
      expect(await publish(text), text).toMatchObject({ status: 400 });
    }
    const differing = await publish({ ...event, id: 'a' }, { headers: { 'Idempotency-Key': 'b' } });
    expect(differing.body['error']).toContain('differ');
    const long = await publish(event, { headers: { 'Idempotency-Key': 'x'.repeat(65) } });
    expect(long.body['error']).toContain('"Idempotency-Key" must have');
  });

  test('takes no body that is not JSON in UTF-8, or that is larger than 64 KiB', async () => {
    const { publish, port } = await startNode();
    const plain = await publish(event, { headers: { 'Content-Type': 'text/plain' } });
    expect(plain.status).toBe(415);
    const fitting = JSON.stringify({ ...event, data: '' }).length;
    const sized = (bytes: number) => publish({ ...event, data: 'x'.repeat(bytes - fitting) });
    expect((await sized(64 * 1024)).status).toBe(202);
    const { status, body } = await sized(64 * 1024 + 1);
    expect([status, body['error']]).toEqual([413, 'Send at most 64 KiB.']);
    const head = `POST /publish HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\n`;
    const chunk = `${(70_000).toString(16)}\r\n${'x'.repeat(70_000)}\r\n0\r\n\r\n`;
    expect(await sendRaw(port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`)).toContain(
      '413',
    );
    const socket = connect(port, '127.0.0.1');
    const bytes = Buffer.concat([
      Buffer.from('{"tenant":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    socket.write(`${head}Content-Length: ${bytes.length}\r\n\r\n`);
    socket.write(bytes);
    expect(await text(socket)).toContain('in UTF-8');
  });

  test('is answered 429 beyond PUBLISHES_PER_SECOND, and counts that', async () => {
    const { publish, ask } = await startNode({ PUBLISHES_PER_SECOND: '1' });
    let answer = await publish(event);
    expect(answer.status).toBe(202);
    while (answer.status === 202) answer = await publish(event);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    expect(answer.body['error']).toContain('PUBLISHES_PER_SECOND');
    const { body } = await ask('/metrics');
    const line = 'keepline_control_requests_total{route="/publish",status="429"} 1';
    expect(body['text']).toContain(line);
  });
});

describe('the key', { timeout: 60_000 }, () => {
  const routes = [
    ['POST', '/publish'],
    ['POST', '/kick'],
    ['GET', '/connections?tenant=acme'],
    ['GET', '/reachable?tenant=acme&user=ada'],
    ['GET', '/metrics'],
  ] as const;

  test('is asked for at every address of a back end, before anything else is looked at', async () => {
    const { ask } = await startNode();
    for (const [method, path] of routes) {
      for (const key of [null, 'wrong', `${KEY}x`, KEY.slice(1), `x,${KEY}`]) {
        const { status, headers, body } = await ask(path, { method, key });
        expect([path, status, headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer']);
        expect(Object.keys(body)).toEqual(['error']);
      }
      const basic = await ask(path, { method, headers: { Authorization: `Basic ${KEY}` } });
      expect(basic.status).toBe(401);
    }
  });

  test('may be one of several, while one replaces another', async () => {
    const next = KEY.replace('0', '1');
    const { publish } = await startNode({ PUBLISH_KEY: ` ${next} , ${KEY}` });
    for (const key of [next, KEY]) expect((await publish(event, { key })).status).toBe(202);
    expect((await publish(event, { key: `${next},${KEY}` })).status).toBe(401);
  });

  test('is none: then there are no such addresses, and the start says so', async () => {
    const { ask, written } = await startNode({ PUBLISH_KEY: '' });
    for (const [method, path] of routes.slice(0, 4)) {
      expect((await ask(path, { method })).status, path).toBe(404);
    }
    expect(written()).toContain('nobody can publish: set PUBLISH_KEY');
    expect((await ask('/metrics', { key: null })).body['text']).toContain(
      'keepline_sockets_open 0',
    );
    const proxied = { key: null, headers: { 'X-Forwarded-For': '192.0.2.1' } };
    expect(await ask('/metrics', proxied)).toMatchObject({ status: 403 });
  });

  test('of the metrics opens the metrics, and publishes nothing', async () => {
    const key = 'a-scraper-0123456789';
    const { ask, publish } = await startNode({ METRICS_TOKEN: key });
    for (const good of [key, KEY]) expect((await ask('/metrics', { key: good })).status).toBe(200);
    expect((await publish(event, { key })).status).toBe(401);
  });
});

describe('who is there', { timeout: 60_000 }, () => {
  test('is listed by tenant and by user, and can be reached while a page says something', async () => {
    const { ask, dial } = await startNode();
    const { client } = await dial();
    await dial({ ...ada, sub: 'bo' });
    await dial({ ...ada, org_id: 'other' });
    const { body } = await ask('/connections?tenant=acme');
    expect(body).toMatchObject({ total: 2 });
    const one = await ask('/connections?tenant=acme&user=ada');
    expect(one.body).toEqual({
      total: 1,
      connections: [
        {
          ...{ tenant: 'acme', user: 'ada', remoteAddress: '127.0.0.1', bufferedBytes: 0 },
          connectionId: expect.any(String),
          since: expect.any(Number),
          expiresAt: expect.any(Number),
        },
      ],
    });
    const reachable = async () => (await ask('/reachable?tenant=acme&user=ada')).body['reachable'];
    expect(await reachable()).toBe(true);
    client.socket.terminate();
    await expect.poll(reachable).toBe(false);
  });

  test('is asked for by names that are there once and not empty', async () => {
    const { ask } = await startNode();
    const wrong: readonly (readonly [string, string])[] = [
      ['/connections', '"tenant" is missing'],
      ['/connections?tenant=', '"tenant" must be said once'],
      ['/connections?tenant=a&tenant=b', '"tenant" must be said once'],
      ['/connections?tenant=a&usr=b', '"usr" is none of tenant, user'],
      ['/reachable?tenant=a', '"user" is missing'],
      ['/reachable?user=a', '"tenant" is missing'],
    ];
    for (const [path, sentence] of wrong) {
      const { status, body } = await ask(path);
      expect([status, body['error']]).toEqual([400, expect.stringContaining(sentence)]);
    }
  });

  test('is sent away by POST /kick, one user with all tabs', async () => {
    const { ask, dial } = await startNode();
    const [{ client: tab }, { client: otherTab }] = [await dial(), await dial()];
    const { client: colleague } = await dial({ ...ada, sub: 'bo' });
    const kick = (body: object) => ask('/kick', { method: 'POST', body });
    expect(await kick({ tenant: 'acme', user: 'ada' })).toMatchObject({
      status: 200,
      body: { closed: 2 },
    });
    expect(await tab.closed).toEqual({ code: 4403, reason: '' });
    expect((await otherTab.closed).code).toBe(4403);
    const named = { tenant: 'acme', user: 'bo', code: 4000, reason: 'signed out' };
    expect((await kick(named)).body).toEqual({ closed: 1 });
    expect(await colleague.closed).toEqual({ code: 4000, reason: 'signed out' });
    expect((await kick(named)).body).toEqual({ closed: 0 });
  });

  test('is not sent away by a request that leaves the user out, or is wrong otherwise', async () => {
    const { ask, dial } = await startNode();
    const { client } = await dial();
    const wrong: readonly (readonly [object, string])[] = [
      [{ user: undefined }, '"user" must be a string'],
      [{ user: '' }, '"user" must not be empty'],
      [{ tenant: undefined }, '"tenant" must be a string'],
      [{ code: 1006 }, '"code" must be'],
      [{ code: 4000.5 }, '"code" must be'],
      [{ code: '4403' }, '"code" must be'],
      [{ reason: 7 }, '"reason" must be a string'],
      [{ reason: 'ü'.repeat(62) }, '"reason" must have at most 123 bytes'],
      [{ usr: 'ada' }, '"usr" is none of'],
    ];
    for (const [member, sentence] of wrong) {
      const body = { tenant: 'acme', user: 'ada', ...member };
      const answer = await ask('/kick', { method: 'POST', body });
      expect([answer.status, answer.body['error']]).toEqual([
        400,
        expect.stringContaining(sentence),
      ]);
    }
    await client.settle();
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });
});

describe('other requests', { timeout: 60_000 }, () => {
  test('are told the right method, and that nothing is there', async () => {
    const { ask } = await startNode();
    const methods: readonly (readonly [string, string, string])[] = [
      ['/publish', 'GET', 'POST'],
      ['/publish', 'OPTIONS', 'POST'],
      ['/kick', 'DELETE', 'POST'],
      ['/connections', 'POST', 'GET'],
      ['/reachable', 'PUT', 'GET'],
      ['/metrics', 'POST', 'GET'],
      ['/healthz', 'POST', 'GET, HEAD'],
      ['/readyz', 'DELETE', 'GET, HEAD'],
    ];
    for (const [path, method, allowed] of methods) {
      const { status, headers } = await ask(path, { method });
      expect([path, status, headers.get('allow')]).toEqual([path, 405, allowed]);
    }
    for (const path of ['/', '/publish/', '/Publish', '/..%2fpublish', '/dev/token']) {
      expect((await ask(path)).status, path).toBe(404);
    }
    expect((await ask('/healthz', { key: null })).body).toEqual({ status: 'ok' });
    expect((await ask('/ws')).headers.get('upgrade')).toBe('websocket');
  });

  test('to what is no address are answered 400, and the next one as ever', async () => {
    const { port, ask } = await startNode();
    for (const target of [
      '//',
      '/\\evil.example/publish',
      '//evil.example/publish',
      '*',
      'http://x/publish',
      '/\\\\[',
    ]) {
      const raw = `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      expect(await sendRaw(port, raw), target).toBe('HTTP/1.1 400 Bad Request');
    }
    expect(await sendRaw(port, 'nonsense\r\n\r\n')).toContain('400');
    expect((await ask('/healthz')).status).toBe(200);
  });

  test('that never end are ended, head or body', async () => {
    const { port } = await startNode();
    const head = 'POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n';
    const own = `Authorization: Bearer ${KEY}\r\nContent-Type: application/json\r\n`;
    const halves: readonly (readonly [string, string])[] = [
      ['GET /healthz HTTP/1.1\r\nHost: x\r\n', '408'],
      [`${head}${own}\r\n{`, '408'],
      // Answered at once, and not left to go on.
      [`${head}\r\n{`, '401'],
    ];
    const ended = halves.map(([half]) => sendRaw(port, half));
    const statuses = (await Promise.all(ended)).map((line) => line.split(' ')[1]);
    expect(statuses).toEqual(halves.map(([, status]) => status));
  });
});
