/** Tokens of an OpenID Provider that nobody here wrote: its types, its rotation, its clock, and its absence. */
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { Client } from '../support/client.js';
import { waitFor } from '../support/http.js';
import { PROVIDER_AUDIENCE, Provider } from '../support/provider.js';
import { startServer, type TestServer } from '../support/server.js';

let provider: Provider | undefined;

async function startProvider(options: Parameters<typeof Provider.start>[0] = {}) {
  provider = await Provider.start(options);
  return provider;
}
// Of all tests, also those that fail: a process would outlive them.
afterEach(async () => {
  await provider?.stop();
  provider = undefined;
});

const startTrusting = ({ url }: Provider, audience = PROVIDER_AUDIENCE): Promise<TestServer> =>
  startServer({
    identity: { kind: 'oidc', issuer: url, audience },
    networkPanel: false,
    // A provider is asked again at once, and not after the seconds that strangers have to wait.
    jwks: { cooldownMs: 0, failureCooldownMs: 0 },
  });

/** The first frame, or the code of the close. */
async function dial(server: TestServer, token: string): Promise<unknown> {
  const client = Client.withToken(server.url, token);
  onTestFinished(() => client.socket.terminate());
  const greeted = client.next().then((frame) => frame['type']);
  greeted.catch(() => {});
  return Promise.race([client.closed.then(({ code }) => code), greeted]);
}

// Another process starts as fast as the machine is free.
describe('a token of a certified provider', { timeout: 30_000 }, () => {
  test('opens the desk of its tenant', async () => {
    const issuer = await startProvider();
    const server = await startTrusting(issuer);
    expect(await dial(server, await issuer.token())).toBe('connected');
    expect(server.realtime.connections({ tenant: 'harbour', user: 'robot' })).toHaveLength(1);
  });

  test('is none for another API', async () => {
    const issuer = await startProvider();
    const server = await startTrusting(issuer, 'https://other.example/api');
    expect(await dial(server, await issuer.token())).toBe(4401);
  });

  test('is good by a key that the provider began to use a moment ago', async () => {
    const issuer = await startProvider();
    const server = await startTrusting(issuer);
    const before = await issuer.token();
    expect(await dial(server, before)).toBe('connected');
    await issuer.tell('rotate');
    expect(await dial(server, await issuer.token())).toBe('connected');
    // The old key is still shown, so that what it signed is good to its end.
    expect(await dial(server, before)).toBe('connected');
  });

  test('is good when it comes from a clock that is 5 s ahead', async () => {
    const issuer = await startProvider({ aheadMs: 5000 });
    const server = await startTrusting(issuer);
    expect(await dial(server, await issuer.token())).toBe('connected');
  });

  test('is none when it comes from a clock that is an hour ahead', async () => {
    const issuer = await startProvider({ aheadMs: 3_600_000 });
    const server = await startTrusting(issuer);
    expect(await dial(server, await issuer.token())).toBe(4401);
  });

  test('is good by known keys while the provider is away', async () => {
    const issuer = await startProvider();
    const server = await startTrusting(issuer);
    const token = await issuer.token();
    await issuer.tell('down');
    expect(await dial(server, token)).toBe('connected');
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  test('opens the desk once the provider is there that was away when the server started', async () => {
    const issuer = await startProvider();
    const token = await issuer.token();
    await issuer.tell('down');
    const server = await startTrusting(issuer);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect(await dial(server, token)).toBe(1013);
    await issuer.tell('up');
    await waitFor(async () => (await dial(server, token)) === 'connected');
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});
