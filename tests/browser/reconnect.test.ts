// Losing the link and getting it back, seen from both ends of a real socket.
import {
  expect,
  FAULT,
  openConnection,
  readStatus,
  test,
  waitForPhase,
} from './faults/fixtures.js';

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

test('a link that is cut comes back, through a wait that says when', async ({
  tab,
  faulty: world,
}) => {
  await openConnection(tab, world);
  await waitForPhase(tab, 'ready');
  world.panel.drop(world.user);
  await waitForPhase(tab, 'waiting');
  const waiting = await readStatus(tab);
  expect(waiting).toMatchObject({ state: 'reconnecting', attempt: 1, canRetry: true });
  expect(waiting.nextRetryAt).toBeGreaterThan(waiting.since);
  expect(waiting.error).toEqual({ kind: 'network' });
  await waitForPhase(tab, 'ready');
  // Told once the server has said what was missed.
  await expect
    .poll(() => tab.evaluate(() => window.harness.reconnections.map(({ missed }) => missed)))
    .toEqual(['none']);
  expect(await readStatus(tab)).toMatchObject({ state: 'connected', error: null });
});

test('Retry dials at once while a backoff is pending', FAULT, async ({ tab, faulty: world }) => {
  world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
  await openConnection(tab, world, { backoff: { initialMs: 20_000, maxMs: 60_000 } });
  await waitForPhase(tab, 'waiting');
  world.panel.refuse(world.user, 0);
  await tab.evaluate(() => window.harness.connection?.reconnect());
  await waitForPhase(tab, 'ready');
  const { upgrades } = world.panel.stats(world.user);
  expect(upgrades.map(({ outcome }) => outcome)).toEqual(['refused', 'accepted']);
});

test(
  'Retry gives up a dial whose upgrade hangs: the server sees the second within a second',
  FAULT,
  async ({ tab, faulty: world }) => {
    world.panel.hang(world.user, true);
    await openConnection(tab, world);
    await expect.poll(() => world.panel.stats(world.user).hungUpgrades).toBe(1);
    // A second after the first dial nothing has to be deferred any more.
    const [first] = world.panel.stats(world.user).upgrades;
    await expect.poll(() => Date.now() - (first?.atMs ?? 0)).toBeGreaterThan(1000);
    const pressedAt = Date.now();
    await tab.evaluate(() => window.harness.connection?.reconnect());
    await expect.poll(() => world.panel.stats(world.user).upgrades.length).toBeGreaterThan(1);
    const second = world.panel.stats(world.user).upgrades.at(-1);
    expect((second?.atMs ?? 0) - pressedAt).toBeLessThan(1000);
    world.panel.hang(world.user, false);
    await waitForPhase(tab, 'ready');
  },
);

test(
  'used-up attempts end in Disconnected with a cause, and Retry starts afresh',
  FAULT,
  async ({ tab, faulty: world }) => {
    world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
    await openConnection(tab, world, {
      backoff: { initialMs: 100, maxMs: 200, maxAttempts: 2, slowProbeMs: 0 },
    });
    await waitForPhase(tab, 'suspended');
    expect(await readStatus(tab)).toMatchObject({
      state: 'disconnected',
      reason: 'exhausted',
      attempt: 2,
      canRetry: true,
      error: { kind: 'exhausted' },
    });
    expect(world.panel.stats(world.user).upgrades).toHaveLength(3);
    world.panel.heal(world.user);
    await tab.evaluate(() => window.harness.connection?.reconnect());
    await waitForPhase(tab, 'ready');
    expect(await readStatus(tab)).toMatchObject({ state: 'connected', attempt: 0 });
  },
);
