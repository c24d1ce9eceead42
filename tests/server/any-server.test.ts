/** The server that the README shows, as it stands there: run as a process, and attacked. */
import { connect as connectTcp } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAnyServer } from './support/any-server.js';
import { Client, type DialOptions } from './support/client.js';

const PAGE = 'https://crm.example';

/** What the README leaves to its reader. The token says what becomes of it, some of them when they are told to. */
const VERIFY = `
  const inAnHour = () => ({ exp: Date.now() / 1000 + 3600 });
  const released = new Promise((resolve) => process.once('message', resolve));
  const verdicts = {
    good: async () => inAnHour(),
    'good-in-the-end': () => released.then(inAnHour),
    'bad-in-the-end': () => released.then(() => null),
    hangs: () => new Promise(() => {}),
    rejects: async () => { throw new Error('the issuer is away'); },
    throws: () => { throw new Error('the issuer is away'); },
    expired: async () => ({ exp: Date.now() / 1000 - 1 }),
    'good-for-years': async () => ({ exp: Date.now() / 1000 + 1e9 }),
    'without-an-end': async () => ({}),
  };
  const verify = (token) => verdicts[token]?.() ?? null;
`;

async function start() {
  const { child, port } = await startAnyServer(VERIFY);
  const url = `http://127.0.0.1:${port}`;
  const dial = (token: string, options: DialOptions = {}) => {
    const client = Client.withToken(url, token, { origin: PAGE, ...options });
    onTestFinished(() => client.socket.terminate());
    return client;
  };
  const signIn = async () => {
    const client = dial('good');
    expect(await client.next()).toMatchObject({ type: 'new_call' });
    return client;
  };
  return { port, dial, signIn, release: () => child.send('now'), bystander: await signIn() };
}

async function expectUnharmed(bystander: Client): Promise<void> {
  bystander.send({ type: 'ping', id: 'still there' });
  expect(await bystander.next()).toEqual({ type: 'pong', id: 'still there' });
}

/** One that every server must refuse, since nobody agreed on an extension. */
const MALFORMED_FRAME = Buffer.from([0xf1, 0x80, 0, 0, 0, 0]);

/** Dials, and sends what is given in the same packet; settles when the server has hung up. */
async function dialWith(port: number, token: string, bytes: Buffer): Promise<string> {
  const socket = connectTcp(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  let answer = '';
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  const head = [
    'GET /ws HTTP/1.1',
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    `Sec-WebSocket-Protocol: keepline.v1, bearer.${token}`,
  ];
  socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]));
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

// A process takes as long to start as the machine is busy.
describe('the server of the README', { timeout: 60_000 }, () => {
  test('greets who is signed in, and answers pings of both forms', async () => {
    const { bystander } = await start();
    expect(bystander.socket.protocol).toBe('keepline.v1');
    bystander.send({ type: 'ping', id: '1' });
    expect(await bystander.next()).toEqual({ type: 'pong', id: '1' });
    bystander.send('ping');
    expect((await bystander.nextFrame()).text).toBe('pong');
    bystander.send({ type: 'note', data: {} });
    await bystander.settle();
    expect(bystander.unread).toEqual([]);
  });

  test('outlives the malformed frame of a stranger, of a user, and of one whose token is being verified', async () => {
    const { port, release, bystander } = await start();
    expect(await dialWith(port, 'bad', MALFORMED_FRAME)).toContain('token rejected');
    expect(await dialWith(port, 'good', MALFORMED_FRAME)).toContain('101 Switching Protocols');
    const pending = [
      dialWith(port, 'bad-in-the-end', MALFORMED_FRAME),
      dialWith(port, 'good-in-the-end', MALFORMED_FRAME),
    ];
    await expectUnharmed(bystander);
    release();
    expect((await Promise.all(pending))[0]).toContain('token rejected');
    await expectUnharmed(bystander);
  });

  const deep = `{"type":"ping","id":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  const messages: readonly (readonly [string, string | Buffer, number])[] = [
    ['that is no JSON', 'x', 4400],
    ['that is nothing', '', 4400],
    ['that is null', 'null', 4400],
    ['that is nested too deep to be answered', deep, 4400],
    ['that is no text', Buffer.from([0xff, 0xfe]), 4400],
    ['that is too large', 'x'.repeat(2 * 1024 * 1024), 1009],
  ];
  test('closes upon a message that it cannot take, and serves the others', async () => {
    const { signIn, bystander } = await start();
    for (const [which, message, code] of messages) {
      const client = await signIn();
      client.socket.send(message);
      expect((await client.closed).code, `a message ${which}`).toBe(code);
    }
    for (const harmless of ['1', '"x"', '[]', '{}', '{"type":null}', '{"type":"ping"}']) {
      bystander.send(harmless);
    }
    expect(await bystander.next()).toEqual({ type: 'pong' });
    await expectUnharmed(bystander);
  });

  test('keeps what a user says while the token is verified, and handles it after', async () => {
    const { dial, release, bystander } = await start();
    const client = dial('good-in-the-end');
    await client.opened;
    for (const id of ['1', '2', '3']) client.send({ type: 'ping', id });
    client.send('ping');
    await expectUnharmed(bystander);
    expect(client.unread).toEqual([]);
    release();
    expect(await client.next()).toMatchObject({ type: 'new_call' });
    for (const id of ['1', '2', '3']) expect(await client.next()).toEqual({ type: 'pong', id });
    expect((await client.nextFrame()).text).toBe('pong');
  });

  test('reads nothing of a stranger whose token is verified, however much it is', async () => {
    const { dial, release, bystander } = await start();
    const stranger = dial('bad-in-the-end');
    await stranger.opened;
    const message = Buffer.alloc(1024 * 1024);
    for (let count = 0; count < 100; count += 1) stranger.socket.send(message);
    for (let count = 0; count < 100; count += 1) await expectUnharmed(bystander);
    // The rest is with the kernels, which keep a few megabytes.
    expect(stranger.socket.bufferedAmount).toBeGreaterThan(50 * message.length);
    release();
    expect(await stranger.closed).toEqual({ code: 4401, reason: 'token rejected' });
    expect(stranger.unread).toEqual([]);
    await expectUnharmed(bystander);
  });

  test('refuses with the code that says what to do', async () => {
    const { dial, bystander } = await start();
    const refusals: readonly (readonly [string, DialOptions, number])[] = [
      ['bad', {}, 4401],
      ['', {}, 4401],
      ['good', { protocols: ['keepline.v1'] }, 4401],
      ['good', { protocols: [] }, 4401],
      ['rejects', {}, 1013],
      ['throws', {}, 1013],
      ['good', { origin: 'https://evil.example' }, 4403],
      ['good', { origin: 'null' }, 4403],
      ['good', { origin: `${PAGE}.evil.example` }, 4403],
    ];
    for (const [token, options, code] of refusals) {
      const client = dial(token, options);
      expect((await client.closed).code, JSON.stringify([token, options])).toBe(code);
      expect(client.unread).toEqual([]);
    }
    await expectUnharmed(bystander);
  });

  test('takes what is no browser by its token alone', async () => {
    const { port } = await start();
    const client = Client.withToken(`http://127.0.0.1:${port}`, 'good');
    expect(await client.next()).toMatchObject({ type: 'new_call' });
    client.socket.terminate();
  });

  test('ends with the token, and not before it', async () => {
    const { dial } = await start();
    for (const token of ['expired', 'without-an-end']) {
      expect(await dial(token).closed).toEqual({ code: 4401, reason: 'token expired' });
    }
    const lasting = dial('good-for-years');
    expect(await lasting.next()).toMatchObject({ type: 'new_call' });
    await dial('expired').closed;
    await expectUnharmed(lasting);
  });

  test('lets go of one whose token is never verified', async () => {
    const { dial, bystander } = await start();
    const client = dial('hangs');
    expect(await client.opened).toBe(true);
    expect((await client.closed).code).toBe(1006);
    await expectUnharmed(bystander);
  });

  test('cuts one that goes on asking and never reads', async () => {
    const { signIn, bystander } = await start();
    const client = await signIn();
    client.socket.pause();
    const id = 'x'.repeat(500_000);
    for (let count = 0; count < 100; count += 1) client.send({ type: 'ping', id });
    await new Promise((resolve) => client.socket.once('error', resolve).once('close', resolve));
    await expectUnharmed(bystander);
  });
});
