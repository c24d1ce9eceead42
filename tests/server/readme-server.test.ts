/** The server half as the README shows it, word for word but for the issuer's address. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { readSnippet, startSnippet } from './support/any-server.js';
import { Client } from './support/client.js';
import { OtherIssuer } from './support/server.js';

const page = 'https://crm.example';

test('the README’s server verifies, answers, keeps roles apart, and stops as it was told', async () => {
  const issuer = await OtherIssuer.start();
  const shown = await readSnippet('The server half');
  expect(shown).toContain("'https://example.eu.auth0.com'");
  // Where it publishes it tells on its way up; here it does so once somebody is there to hear it.
  const [before = '', behind = ''] = shown.split('await realtime.publish(');
  const [published, ...rest] = behind.split('\n');
  const source = [
    "const saveNote = async ({ user }, note) => user + ': ' + note;",
    before.replace("'https://example.eu.auth0.com'", `'${issuer.url}'`),
    `process.on('message', () => realtime.publish(${published}`.replace(/;$/, ');'),
    rest.join('\n').replace('readyMs: 5000', 'readyMs: 0, overMs: 0'),
  ].join('\n');
  const { child, port } = await startSnippet(source);
  const url = `http://127.0.0.1:${port}`;
  const dial = async (claims: object) =>
    Client.withToken(url, await issuer.sign({ org_id: 'acme', sub: 'ada', ...claims }), {
      origin: page,
    });
  const ada = await dial({});
  expect((await ada.next())['type']).toBe('connected');
  expect((await fetch(url)).status).toBe(200);

  ada.send({ type: 'note', id: 'n1', data: 'hello' });
  expect(await ada.next()).toMatchObject({
    type: 'ack',
    id: 'n1',
    data: { result: { saved: 'ada: hello' } },
  });
  ada.send({ type: 'subscribe', id: 's1', data: { events: ['audit'] } });
  expect(await ada.next()).toMatchObject({ id: 's1', data: { code: 'forbidden' } });
  ada.send({ type: 'subscribe', data: { events: ['*'] } });
  await ada.settle();
  child.send('publish');
  expect(await ada.next()).toMatchObject({ type: 'new_call', data: { callId: 'c1' } });

  const stranger = Client.withToken(url, await issuer.sign({}), { origin: 'https://evil.example' });
  expect((await stranger.closed).code).toBe(4403);
  expect((await (await dial({ exp: 1 })).closed).code).toBe(4401);

  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect((await ada.closed).code).toBe(1012);
  expect(await exited).toEqual([0, null]);
}, 30_000);
