// Tokens and users: refreshed, refused, signed out, and never seen where they must not be.
import {
  expect,
  FAULT,
  openConnection,
  readStatus,
  sendNotes,
  test,
  waitForPhase,
} from './faults/fixtures.js';

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

test(
  'a rejected token is renewed once and the link comes back',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { cacheToken: true });
    await waitForPhase(tab, 'ready');
    world.panel.expireTokens(world.user);
    await tab.waitForFunction(() => window.harness.tokenRequests.length === 2);
    await waitForPhase(tab, 'ready');
    const asked = await tab.evaluate(() => window.harness.tokenRequests.map((r) => r.forceRefresh));
    expect(asked).toEqual([false, true]);
  },
);

test.describe('a server whose tokens live for three seconds', () => {
  test.use({ serverOptions: { identity: { kind: 'development', tokenTtlSec: 3 } } });

  test(
    'a token is renewed on the running link, which never breaks',
    FAULT,
    async ({ tab, faulty: world }) => {
      await openConnection(tab, world);
      await waitForPhase(tab, 'ready');
      await expect.poll(() => world.panel.stats(world.user).framesReceived['auth'] ?? 0).toBe(2);
      await expect.poll(() => world.proxy.dials.length).toBe(1);
      expect(await readStatus(tab)).toMatchObject({ phase: 'ready', error: null });
    },
  );
});

test(
  'a token that is rejected twice ends in refused, and only a command dials again',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { cacheToken: true });
    await waitForPhase(tab, 'ready');
    world.panel.revoke(world.user, true);
    await waitForPhase(tab, 'refused');
    expect(await readStatus(tab)).toMatchObject({
      state: 'disconnected',
      reason: 'refused',
      error: { kind: 'auth_rejected' },
      canRetry: true,
    });
    const before = world.proxy.dials.length;
    world.panel.heal(world.user);
    await tab.evaluate(() => window.dispatchEvent(new Event('online')));
    await expect.poll(() => world.proxy.dials.length).toBe(before);
    await tab.evaluate(() => window.harness.connection?.tokenChanged());
    await waitForPhase(tab, 'ready');
  },
);

test(
  'signing out closes the link, rejects what was queued and forgets the user',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { identity: world.user.id });
    await waitForPhase(tab, 'ready');
    world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
    world.panel.drop(world.user);
    await waitForPhase(tab, 'waiting');
    await sendNotes(tab, 1);
    await tab.waitForFunction(
      () => (window.harness.connection?.metrics().queued.messages ?? 0) > 0,
    );
    await tab.evaluate(() => window.harness.connection?.setIdentity(null));
    await tab.waitForFunction(() => !window.harness.notes.includes(null));
    expect(await tab.evaluate(() => window.harness.notes)).toEqual(['identity_changed']);
    expect(await readStatus(tab)).toMatchObject({ phase: 'idle', reason: 'signed_out' });
    await expect.poll(() => world.panel.stats(world.user).openSockets).toBe(0);
  },
);

test('nobody signed in is idle, not a failure', async ({ tab, faulty: world }) => {
  await openConnection(tab, world, { token: 'nobody' });
  await waitForPhase(tab, 'idle');
  expect(await readStatus(tab)).toMatchObject({
    state: 'disconnected',
    reason: 'signed_out',
    error: null,
    canRetry: false,
  });
  await expect.poll(() => world.proxy.dials.length).toBe(0);
});

test(
  'a token provider that hangs is abandoned, and its signal says so',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { token: 'hang', tokenTimeoutMs: 1000 });
    await waitForPhase(tab, 'waiting');
    expect(await readStatus(tab)).toMatchObject({ error: { kind: 'token_unavailable' } });
    expect(await tab.evaluate(() => window.harness.tokenRequests[0]?.aborted)).toBe(true);
  },
);

test(
  'a token that no subprotocol can carry is named as such, and nothing is dialled',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { token: 'illegal' });
    await waitForPhase(tab, 'refused');
    expect(await readStatus(tab)).toMatchObject({ error: { kind: 'token_invalid' } });
    await expect.poll(() => world.proxy.dials.length).toBe(0);
  },
);

test('no token ever reaches a log, a URL, a status, an error, the console or diagnostics', async ({
  page,
  dials,
  world,
  consoleLines,
}) => {
  const requested: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  world.panel.expireTokens(world.user);
  await page.waitForFunction(() => window.harness.tokenRequests.length === 2);
  await waitForPhase(page, 'ready');
  const [token] = await page.evaluate(() => window.harness.tokens);
  // The server may say anything it likes; it does not get to print our secret.
  world.panel.close(world.user, 4000, `bearer.${token}`.slice(0, 123));
  await waitForPhase(page, 'waiting');
  world.panel.revoke(world.user, true);
  await waitForPhase(page, 'refused');
  const seen = await page.evaluate(() => {
    const { connection, statuses, logs } = window.harness;
    const errors = statuses.map(
      ({ error }) => `${error?.message} ${error?.remedy} ${error?.stack}`,
    );
    return JSON.stringify([connection?.diagnostics(), statuses, errors, logs]);
  });
  const tokens = await page.evaluate(() => window.harness.tokens);
  expect(tokens.length).toBeGreaterThan(1);
  const everything = [seen, world.logged(), consoleLines.text(), ...requested, ...dials.urls].join(
    '\n',
  );
  for (const secret of tokens.flatMap((each) => each.split('.').slice(1))) {
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(secret.slice(0, 40));
  }
});
