// Losing the link and getting it back, seen from both ends of a real socket.
import { expect, openConnection, readStatus, test, waitForPhase } from './support/fixtures.js';

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

test('a link that is cut comes back, through a wait that says when', async ({ page, world }) => {
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  world.panel.drop(world.user);
  await waitForPhase(page, 'waiting');
  const waiting = await readStatus(page);
  expect(waiting).toMatchObject({ state: 'reconnecting', attempt: 1, canRetry: true });
  expect(waiting.nextRetryAt).toBeGreaterThan(waiting.since);
  expect(waiting.error).toEqual({ kind: 'network' });
  await waitForPhase(page, 'ready');
  expect(await page.evaluate(() => window.harness.reconnections.length)).toBe(1);
  expect(await readStatus(page)).toMatchObject({ state: 'connected', error: null });
});

test('Retry dials at once while a backoff is pending', async ({ page, world }) => {
  world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
  await openConnection(page, world, { backoff: { initialMs: 20_000, maxMs: 60_000 } });
  await waitForPhase(page, 'waiting');
  world.panel.refuse(world.user, 0);
  await page.evaluate(() => window.harness.connection?.reconnect());
  await waitForPhase(page, 'ready');
  const { upgrades } = world.panel.stats(world.user);
  expect(upgrades.map(({ outcome }) => outcome)).toEqual(['refused', 'accepted']);
});

test('Retry gives up a dial whose upgrade hangs: the server sees the second within a second', async ({
  page,
  world,
}) => {
  world.panel.hang(world.user, true);
  await openConnection(page, world);
  await expect.poll(() => world.panel.stats(world.user).hungUpgrades).toBe(1);
  // A second after the first dial nothing has to be deferred any more.
  const [first] = world.panel.stats(world.user).upgrades;
  await expect.poll(() => Date.now() - (first?.atMs ?? 0)).toBeGreaterThan(1000);
  const pressedAt = Date.now();
  await page.evaluate(() => window.harness.connection?.reconnect());
  await expect.poll(() => world.panel.stats(world.user).upgrades.length).toBeGreaterThan(1);
  const second = world.panel.stats(world.user).upgrades.at(-1);
  expect((second?.atMs ?? 0) - pressedAt).toBeLessThan(1000);
  world.panel.hang(world.user, false);
  await waitForPhase(page, 'ready');
});

test('used-up attempts end in Disconnected with a cause, and Retry starts afresh', async ({
  page,
  world,
}) => {
  world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
  await openConnection(page, world, {
    backoff: { initialMs: 100, maxMs: 200, maxAttempts: 2, slowProbeMs: 0 },
  });
  await waitForPhase(page, 'suspended');
  expect(await readStatus(page)).toMatchObject({
    state: 'disconnected',
    reason: 'exhausted',
    attempt: 2,
    canRetry: true,
    error: { kind: 'exhausted' },
  });
  expect(world.panel.stats(world.user).upgrades).toHaveLength(3);
  world.panel.heal(world.user);
  await page.evaluate(() => window.harness.connection?.reconnect());
  await waitForPhase(page, 'ready');
  expect(await readStatus(page)).toMatchObject({ state: 'connected', attempt: 0 });
});

test.describe('a server that leaves the heartbeat to the page', () => {
  test.use({ serverOptions: { sendConnected: false } });

  test('a stalled link is found and replaced without waiting for its close', async ({
    page,
    dials,
    world,
  }) => {
    await openConnection(page, world, { heartbeat: { intervalMs: 1000, timeoutMs: 1000 } });
    // Silence is evidence once a ping was answered.
    await page.waitForFunction(() => window.harness.connection?.metrics().quality.rttMs !== null);
    world.panel.stall(world.user, true);
    await expect.poll(() => world.panel.stats(world.user).upgrades.length).toBe(2);
    await waitForPhase(page, 'ready');
    const kinds = await page.evaluate(() =>
      window.harness.statuses.map(({ error }) => error?.kind),
    );
    expect(kinds).toContain('heartbeat_timeout');
    await expect.poll(() => dials.urls.length).toBe(2);
  });
});

test('a restart with a hint brings the page back as told', async ({ page, world }) => {
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  world.panel.close(world.user, 1012, '{"retryAfterMs":1500,"spreadMs":0}');
  await waitForPhase(page, 'waiting');
  const { nextRetryAt, since } = await readStatus(page);
  expect(nextRetryAt - since).toBeGreaterThanOrEqual(1499);
  expect(nextRetryAt - since).toBeLessThanOrEqual(1501);
  await waitForPhase(page, 'ready');
});
