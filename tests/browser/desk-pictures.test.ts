// Pictures of the desk for people to look at, in build/pictures: nothing is compared with them, but
// each scene has to come about before it is taken.
import type { Page } from '@playwright/test';
import { defaultOptions } from '../../web-demo/server/options.js';
import { dropFile, picture, signIn } from './support/desk.js';
import { expect, test, type World } from './support/fixtures.js';

test.use({ site: 'demo', viewport: { width: 1440, height: 900 } });

/** A probe's round trip, with so much latency each way. */
async function measure(page: Page, world: World, latencyMs: number): Promise<void> {
  world.panel.setLatency(world.user, latencyMs);
  const pings = () => world.panel.stats(world.user).framesReceived['ping'] ?? 0;
  const before = pings();
  await expect
    .poll(async () => {
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      return pings();
    })
    .toBeGreaterThan(before);
}

/** A morning's calls, some round trips, a cut that took three dials, and life going on after it. */
async function liveDesk(page: Page, world: World): Promise<void> {
  await signIn(page, world, { backoff: { initialMs: 700, jitter: 0 } }, 'ada');
  world.server.feed.step(world.user, 170);
  await expect(page.getByTestId('conference').first()).toBeVisible();
  for (const ms of [9, 14, 11]) await measure(page, world, ms);
  world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
  world.panel.drop(world.user);
  await expect
    .poll(
      () => world.panel.stats(world.user).upgrades.filter((u) => u.outcome === 'refused').length,
    )
    .toBe(2);
  world.panel.heal(world.user);
  await expect(page.getByTestId('event-count-connected')).toHaveAttribute('data-count', '2');
  for (const ms of [31, 16, 10]) await measure(page, world, ms);
  const underWay = page.getByTestId('call').filter({ hasText: 'in progress' });
  await expect
    .poll(() => {
      world.server.feed.step(world.user);
      return underWay.count();
    })
    .toBeGreaterThan(0);
}

const openDetails = async (page: Page) => {
  await page.locator('.keepline-indicator').getByRole('button').first().click();
  await expect(page.getByRole('group', { name: /^Connection/ })).toBeVisible();
};

test.describe('as Ada', () => {
  test('the live desk, light and dark, wide and narrow', async ({ page, world: own }) => {
    const world = asAda(own);
    await liveDesk(page, world);
    await picture(page, 'desk');
    await page.setViewportSize({ width: 1600, height: 900 });
    await openDetails(page);
    await picture(page, 'desk-details');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByTestId('theme').click();
    await picture(page, 'desk-dark');
    await page.setViewportSize({ width: 900, height: 1200 });
    await picture(page, 'desk-two-columns');
    await page.setViewportSize({ width: 360, height: 780 });
    await page.getByTestId('timeline').scrollIntoViewIfNeeded();
    await picture(page, 'desk-narrow-connection');
    await page.getByTestId('network-drop').scrollIntoViewIfNeeded();
    await picture(page, 'desk-narrow-network');
  });
});

test('sign-in', async ({ page, world }) => {
  await page.goto(world.url);
  await expect(page.getByTestId('sign-in-ada')).toBeVisible();
  await picture(page, 'sign-in');
  await page.setViewportSize({ width: 360, height: 740 });
  await picture(page, 'sign-in-narrow');
});

test.describe('an import', () => {
  test.use({
    serverOptions: { imports: { ...defaultOptions.imports, rowsPerSecond: 1500 } },
  });

  test('under way and finished', async ({ page, world }) => {
    await signIn(page, world, {}, 'ada');
    world.server.feed.step(asAda(world).user, 170);
    const sample = await page.evaluate(async () =>
      (await fetch('/api/sample-contacts.csv?rows=5000')).text(),
    );
    await dropFile(page, 'spring-contacts.csv', sample);
    const bar = page.getByRole('progressbar', { name: 'spring-contacts.csv' });
    await expect
      .poll(async () => Number(await bar.getAttribute('aria-valuenow')))
      .toBeGreaterThan(1500);
    await picture(page, 'import-under-way');
    await expect(page.getByTestId('upload')).toHaveAttribute('data-state', 'complete');
    await picture(page, 'import');
  });
});

test('trouble: attempts used up, with the panel’s faults on', async ({ page, world }) => {
  await signIn(page, world, {
    backoff: { initialMs: 400, jitter: 0, maxAttempts: 3, slowProbeMs: 0 },
  });
  world.server.feed.step(world.user, 120);
  await page.getByTestId('network-latency-150').check();
  await page.getByTestId('network-refuse').click();
  await expect(page.getByTestId('connection-state')).toHaveText('disconnected');
  await page.evaluate(() => window.scrollTo(0, 0));
  await picture(page, 'trouble');
});

function asAda(world: World): World {
  const user = { id: 'ada', tenant: 'harbour', user: 'agent-1' };
  return { ...world, user: { ...world.user, ...user } };
}
