// The desk for everybody: what axe finds, from the narrowest screen to the widest, by keyboard, and
// without motion.
import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { dropFile, signIn } from './support/desk.js';
import { expect, test, type World } from './support/fixtures.js';

test.use({ site: 'demo' });

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

/** What axe objects to, each with the elements it means. */
async function objections(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: inPage } = window as unknown as { axe: typeof axe };
    return (await inPage.run(document)).violations;
  });
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}

const badRows = ['Name,Phone', ...Array.from({ length: 30 }, (_, row) => `Name ${row},12`)];

/** Every board has something in it, every kind of fault is on, and nothing is left to be loaded. */
async function fillDesk(page: Page, world: World): Promise<void> {
  await signIn(page, world, { backoff: { initialMs: 60_000, maxMs: 60_000 } });
  world.server.feed.step(world.user, 150);
  await expect(page.getByTestId('conference').first()).toBeVisible();
  await dropFile(page, 'spring.csv', badRows.join('\n'));
  await expect(page.getByTestId('upload')).toHaveAttribute('data-state', 'complete');
  await page.getByTestId('connection-history').locator('summary').click();
  await page.getByTestId('network-hang').click();
  await expect(page.getByTestId('network-hang')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('connection-error')).toBeVisible();
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('axe finds nothing on the sign-in', async ({ page, world }) => {
      await page.goto(world.url);
      await expect(page.getByTestId('sign-in-ada')).toBeVisible();
      expect(await objections(page)).toEqual([]);
    });

    test('axe finds nothing on an empty desk', async ({ page, world }) => {
      await signIn(page, world);
      expect(await objections(page)).toEqual([]);
    });

    test('axe finds nothing on a full desk with an import done and trouble on', async ({
      page,
      world,
    }) => {
      await fillDesk(page, world);
      await page.locator('.keepline-indicator').getByRole('button').first().click();
      await expect(page.getByRole('group', { name: /^Connection/ })).toBeVisible();
      expect(await objections(page)).toEqual([]);
    });
  });
}

test('no width from 360 to 1440 overflows', async ({ page, world }) => {
  await fillDesk(page, world);
  for (const width of [360, 414, 600, 768, 832, 900, 1024, 1216, 1280, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    await expect.poll(overflow, `at ${width} pixels`).toBeLessThanOrEqual(0);
  }
});

test('a new view has the focus, and a link leads past the header', async ({ page, world }) => {
  await signIn(page, world);
  const heading = page.getByTestId('view-heading');
  await expect(heading).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the calls' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('desk')).toBeFocused();
  await page.getByTestId('sign-out').click();
  await expect(heading).toHaveText('Sign in to the call desk');
  await expect(heading).toBeFocused();
});

test.describe('in forced colours', () => {
  test.use({ contextOptions: { forcedColors: 'active' } });

  test('each state has a colour of its own on the chart and in its legend', async ({
    page,
    world,
  }) => {
    await signIn(page, world);
    const colours = await page.evaluate(() => {
      const swatches = [...document.querySelectorAll('[data-swatch]')];
      return swatches.map((swatch) => getComputedStyle(swatch).backgroundColor);
    });
    expect(new Set(colours).size).toBe(5);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(colours).not.toContain(ground);
  });
});

test('everything is reached by the keyboard, and seen to be', async ({ page, world }) => {
  await signIn(page, world);
  world.server.feed.step(world.user, 150);
  await expect(page.getByTestId('conference').first()).toBeVisible();
  const reached = new Set<string>();
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      // Some controls lie unseen over a tile, which is what shows the focus.
      const shows = element.closest('.segment, .fault') ?? element;
      const { outlineStyle } = getComputedStyle(shows);
      const label = element.getAttribute('aria-label') ?? element.textContent ?? '';
      return { name: element.dataset['testid'] ?? label, isShown: outlineStyle !== 'none' };
    });
    if (!focused) break;
    expect(focused.isShown, `focus on ${focused.name}`).toBe(true);
    reached.add(focused.name);
  }
  for (const name of [
    'theme',
    'sign-out',
    'choose-file',
    'timeline',
    'network-heal',
    'network-drop',
    'network-burst',
    'network-latency-0',
    'event-log',
    'Call log, newest first',
    'Recordings, newest first',
  ]) {
    expect([...reached]).toContain(name);
  }
});

test.describe('with reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('nothing moves', async ({ page, world }) => {
    await fillDesk(page, world);
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ playState }) => playState === 'running')
        .map((animation) => String((animation.effect as KeyframeEffect | null)?.target)),
    );
    expect(moving).toEqual([]);
  });
});
