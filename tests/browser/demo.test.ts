// What a person sees: the demo page's header, its indicator and its feed, against the real server.
import { eventTypes } from '../../js-bindings/src/generated/events.js';
import { heard, picture, signIn } from './support/desk.js';
import { expect, test } from './support/fixtures.js';

test.use({ site: 'demo' });

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

test('after sign-in the indicator says Live and events of every type arrive', async ({
  page,
  world,
}) => {
  const indicator = await signIn(page, world);
  await expect(indicator.getByRole('button').first()).toContainText('Live');
  world.server.feed.step(world.user, 200);
  await expect.poll(() => heard(page)).toBeGreaterThan(100);
  for (const type of eventTypes) {
    await expect(page.getByTestId(`event-count-${type}`)).not.toHaveText('0');
  }
  await indicator.getByRole('button').first().click();
  await expect(page.getByRole('group', { name: /connection/i })).toBeVisible();
  await picture(page, 'live');
});

test('StrictMode opens one socket', async ({ page, dials, world }) => {
  await signIn(page, world);
  expect(world.panel.stats(world.user).upgrades).toHaveLength(1);
  await expect.poll(() => dials.urls.length).toBe(1);
});

test('a cut shows Reconnecting with a countdown, then Live', async ({ page, world }) => {
  const indicator = await signIn(page, world, { backoff: { initialMs: 5000, jitter: 0 } });
  world.panel.drop(world.user);
  await expect(indicator).toHaveAttribute('data-state', 'reconnecting');
  await expect(indicator.getByRole('button').first()).toContainText('Reconnecting');
  await indicator.getByRole('button').first().click();
  const details = page.getByRole('group', { name: /connection/i });
  await expect(details).toContainText(/\d+ s/);
  await picture(page, 'reconnecting');
  await expect(indicator).toHaveAttribute('data-state', 'connected');
});

test('Retry in the details dials at once and keeps the focus', async ({ page, world }) => {
  const indicator = await signIn(page, world, { backoff: { initialMs: 60_000, maxMs: 60_000 } });
  world.panel.drop(world.user);
  await expect(indicator).toHaveAttribute('data-state', 'reconnecting');
  await indicator.getByRole('button').first().click();
  const retry = page.getByRole('button', { name: 'Retry', exact: true });
  await retry.focus();
  await page.keyboard.press('Enter');
  await expect(indicator).toHaveAttribute('data-state', 'connected');
  const focused = await page.evaluate(
    () => document.activeElement?.closest('.keepline-indicator') !== null,
  );
  expect(focused).toBe(true);
});

test('used-up attempts show Disconnected, and Retry brings Live back', async ({ page, world }) => {
  const indicator = await signIn(page, world, {
    backoff: { initialMs: 100, maxMs: 200, maxAttempts: 2, slowProbeMs: 0 },
  });
  world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
  world.panel.drop(world.user);
  await expect(indicator).toHaveAttribute('data-state', 'disconnected');
  await picture(page, 'disconnected');
  world.panel.heal(world.user);
  await page.getByRole('button', { name: 'Retry', exact: true }).first().click();
  await expect(indicator).toHaveAttribute('data-state', 'connected');
});

test('signing out closes the socket, and the next user starts with an empty desk', async ({
  page,
  world,
}) => {
  await signIn(page, world);
  world.server.feed.step(world.user, 20);
  await expect(page.getByTestId('call').first()).toBeVisible();
  await page.getByTestId('sign-out').click();
  await expect(page.getByTestId('sign-in')).toBeVisible();
  await expect.poll(() => world.panel.stats(world.user).openSockets).toBe(0);
  await page.getByTestId('sign-in-bruno').click();
  await expect(page.locator('.keepline-indicator')).toHaveAttribute('data-state', 'connected');
  await expect(page.getByTestId('call')).toHaveCount(0);
});

test('the buttons of the page break and mend the link', async ({ page, world }) => {
  const indicator = await signIn(page, world, { backoff: { initialMs: 300 } });
  await page.getByTestId('network-drop').click();
  await expect.poll(() => world.panel.stats(world.user).upgrades.length).toBe(2);
  await expect(indicator).toHaveAttribute('data-state', 'connected');
  await page.getByTestId('network-restart').click();
  await expect(indicator).toHaveAttribute('data-state', 'reconnecting');
  await expect(indicator).toHaveAttribute('data-state', 'connected');
});

for (const [name, settings] of [
  ['narrow', { viewport: { width: 360, height: 740 } }],
  ['middling', { viewport: { width: 900, height: 800 } }],
  ['wide', { viewport: { width: 1440, height: 900 } }],
  ['dark', { colorScheme: 'dark' as const }],
] as const) {
  test.describe(`a ${name} page`, () => {
    test.use(settings);
    test('shows the desk without overflowing', async ({ page, world }) => {
      await signIn(page, world);
      world.server.feed.step(world.user, 60);
      await expect(page.getByTestId('call').first()).toBeVisible();
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
      await picture(page, name);
    });
  });
}
