// The status indicator as a person meets it in a real browser, with a real server behind it: what
// opens it, where the focus is, what moves, and what is fetched when.
import type { Locator, Page } from '@playwright/test';
import { inChromium } from './engines/engine.js';
import type { Desk } from './harness/indicator/main.js';
import { expect, FAULT, test } from './support/fixtures.js';
import {
  becomeExhausted,
  becomeReconnecting,
  button,
  details,
  expectState,
  indicator,
  mountDesk,
  openDetails,
  retry,
  states,
} from './support/indicator.js';

test.use({ site: 'indicator' });

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

/** A member of the page's desk, called with what is given. */
const desk = <Name extends 'unmount' | 'remount' | 'signOut'>(
  page: Page,
  name: Name,
  ...given: Parameters<Desk[Name]>
) =>
  page.evaluate(
    ([member, values]) =>
      (window.desk[member] as (...all: readonly unknown[]) => unknown)(...values),
    [name, given] as const,
  );

async function box(locator: Locator) {
  const found = await locator.boundingBox();
  if (!found) throw new Error('it is not to be seen');
  return { ...found, right: found.x + found.width, bottom: found.y + found.height };
}

test.describe('the details', () => {
  test('bring the popover and its library as they open, once, and not before', async ({
    page,
    world,
  }) => {
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    const popovers = () => fetched.filter((path) => path.includes('popover')).length;
    await mountDesk(page, world);
    await expectState(page, 'connected');
    expect(fetched.some((path) => path.endsWith('.wasm'))).toBe(true);
    expect(popovers()).toBe(0);
    await openDetails(page);
    expect(popovers()).toBe(1);
    await page.keyboard.press('Escape');
    await expect(details(page)).toBeHidden();
    await openDetails(page);
    expect(popovers()).toBe(1);
  });

  test('open by hovering and close when the pointer leaves', async ({ page, world }) => {
    await mountDesk(page, world);
    await button(page).hover();
    await expect(details(page)).toBeVisible();
    await expect(button(page)).not.toBeFocused();
    await details(page).hover();
    await expect(details(page)).toBeVisible();
    await page.mouse.move(5, 500);
    await expect(details(page)).toBeHidden();
  });

  test('open by keyboard focus, lead on into themselves, and close by Escape', async ({
    page,
    world,
  }) => {
    await mountDesk(page, world);
    await expectState(page, 'connected');
    await page.keyboard.press('Tab');
    await expect(button(page)).toBeFocused();
    await expect(details(page)).toBeVisible();
    await expect(button(page)).toHaveAttribute('aria-expanded', 'true');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Copy diagnostics' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(details(page)).toBeHidden();
    await expect(button(page)).toBeFocused();
    await expect(button(page)).toHaveAttribute('aria-expanded', 'false');
    // The keyboard opens it again, and leaving closes it.
    await page.keyboard.press('Enter');
    await expect(details(page)).toBeVisible();
    await page.keyboard.press('Shift+Tab');
    await expect(details(page)).toBeHidden();
  });

  test('say since when what is shown may be out of date', async ({ page, world }) => {
    await becomeReconnecting(page, world);
    await openDetails(page);
    await expect(details(page)).toContainText(/Showing data as of \d{1,2}:\d{2}/);
    await expect(details(page)).toContainText(/Next attempt\s*in \d+ s/);
  });
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 700 } });

  test('one tap opens the details, and one elsewhere closes them', async ({ page, world }) => {
    await mountDesk(page, world);
    await expectState(page, 'connected');
    await button(page).tap();
    await expect(details(page)).toBeVisible();
    await page.touchscreen.tap(180, 650);
    await expect(details(page)).toBeHidden();
    await button(page).tap();
    await expect(details(page)).toBeVisible();
    await button(page).tap();
    await expect(details(page)).toBeHidden();
  });

  test('the icon stands alone, large enough for a finger, and keeps its name', async ({
    page,
    world,
  }) => {
    await becomeExhausted(page, world);
    await expect(button(page)).toHaveAccessibleName('Connection: Disconnected');
    for (const control of [button(page), retry(page)]) {
      const { width, height } = await box(control);
      expect(width).toBeGreaterThanOrEqual(44);
      expect(width).toBeLessThan(60);
      expect(height).toBeGreaterThanOrEqual(44);
      expect((await box(control.locator('span'))).width).toBeLessThanOrEqual(1);
      await expect(control.locator('svg')).toBeVisible();
    }
  });
});

test.describe('Retry', () => {
  test('keeps the focus of a keyboard through every state, and works', async ({
    page,
    dials,
    world,
  }) => {
    await becomeExhausted(page, world);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await expect(retry(page)).toBeFocused();
    // Still refused: it goes through its attempts and ends where it was.
    const before = dials.urls.length;
    await page.keyboard.press('Enter');
    await expect.poll(() => dials.urls.length).toBeGreaterThan(before + 1);
    await expectState(page, 'disconnected');
    await expect(retry(page)).toBeFocused();
    world.panel.heal(world.user);
    await page.keyboard.press('Enter');
    await expectState(page, 'connected');
    await expect(retry(page)).toBeFocused();
    await expect(retry(page)).toHaveAttribute('aria-disabled', 'true');
    // It stays to be seen by whoever looks for the focus, and goes with it.
    expect((await box(retry(page))).width).toBeGreaterThan(20);
    await page.keyboard.press('Tab');
    await expect(retry(page)).toHaveCount(0);
  });

  test('keeps the focus of a press, and is out of sight when it is done', async ({
    page,
    world,
  }) => {
    await becomeExhausted(page, world);
    world.panel.heal(world.user);
    await retry(page).click();
    await expectState(page, 'connected');
    await expect(retry(page)).toBeFocused();
    await expect(retry(page)).toHaveCSS('opacity', '0');
    expect((await box(indicator(page))).right).toBeLessThan((await box(button(page))).right + 4);
    await page.getByRole('heading', { name: 'Calls' }).click();
    await expect(retry(page)).toHaveCount(0);
  });

  test('among the details ends the wait and keeps the focus', async ({ page, world }) => {
    await becomeReconnecting(page, world);
    await openDetails(page);
    await retry(page).focus();
    await page.keyboard.press('Enter');
    await expectState(page, 'connected');
    await expect(details(page)).toBeVisible();
    await expect(retry(page)).toBeFocused();
  });
});

test.describe('what moves', () => {
  const animation = (locator: Locator) =>
    locator.evaluate((element) => getComputedStyle(element).animationName);
  const ring = (page: Page) => button(page).locator('.keepline-icon-turning');

  test('is the ring of a link in trouble', async ({ page, world }) => {
    await becomeReconnecting(page, world);
    expect(await animation(ring(page))).toBe('keepline-turn');
  });

  test.describe('for people who want less of it', () => {
    test.use({ contextOptions: { reducedMotion: 'reduce' } });

    test('is nothing', async ({ page, world }) => {
      await becomeReconnecting(page, world);
      await openDetails(page);
      expect(await animation(ring(page))).toBe('none');
      const moving = await indicator(page).evaluate((element) =>
        [element, ...element.querySelectorAll('*')]
          .filter((part) => {
            const { animationName, transitionDuration } = getComputedStyle(part);
            return animationName !== 'none' || !/^0s(, 0s)*$/.test(transitionDuration);
          })
          .map((part) => part.outerHTML),
      );
      expect(moving).toEqual([]);
    });
  });
});

test('from right to left everything is mirrored, and the details are on the other side', async ({
  page,
  world,
}) => {
  await becomeReconnecting(page, world);
  const places = async () => {
    await openDetails(page);
    return {
      button: await box(button(page)),
      icon: await box(button(page).locator('svg')),
      label: await box(button(page).locator('.keepline-label')),
      details: await box(details(page)),
    };
  };
  const ltr = await places();
  expect(ltr.icon.x).toBeLessThan(ltr.label.x);
  expect(Math.abs(ltr.details.right - ltr.button.right)).toBeLessThanOrEqual(1);
  await page.keyboard.press('Escape');
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  const rtl = await places();
  expect(rtl.icon.x).toBeGreaterThan(rtl.label.x);
  expect(Math.abs(rtl.details.x - rtl.button.x)).toBeLessThanOrEqual(1);
  await expect(details(page).locator('.keepline-error')).toHaveCSS('border-right-width', '3px');
});

/** How far apart the lightest and the darkest point of a picture are, 0 to 1. */
async function contrastOf(page: Page, locator: Locator): Promise<number> {
  const picture = (await locator.screenshot()).toString('base64');
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('there is no canvas');
    context.drawImage(image, 0, 0);
    const { data: bytes } = context.getImageData(0, 0, image.width, image.height);
    const greens = bytes.filter((_byte, at) => at % 4 === 1);
    return (Math.max(...greens) - Math.min(...greens)) / 255;
  }, picture);
}

for (const state of ['live', 'unconfirmed', 'reconnecting', 'exhausted']) {
  test(`the shape of ${state} is visible where the system chooses the colours`, async ({
    page,
    world,
  }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await states[state]?.(page, world);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ forcedColors: 'active', colorScheme });
      // Black on white or the reverse: the page's own grey would reach less.
      expect(await contrastOf(page, button(page).locator('svg'))).toBeGreaterThan(0.9);
      const sameColour = await button(page).evaluate((element) => {
        const { color, borderTopColor } = getComputedStyle(element);
        return color === borderTopColor;
      });
      expect(sameColour).toBe(true);
    }
    world.panel.heal(world.user);
  });
}

test('colours and sizes are variables of the page', async ({ page, world }) => {
  await mountDesk(page, world);
  await expectState(page, 'connected');
  await page.evaluate(() => {
    document.body.style.setProperty('--keepline-live', 'rgb(1, 2, 3)');
    document.body.style.setProperty('--keepline-panel-width', '15rem');
  });
  await openDetails(page);
  await expect(details(page).locator('.keepline-title svg')).toHaveCSS('color', 'rgb(1, 2, 3)');
  expect((await box(details(page))).width).toBe(240);
});

test('a screen reader is told of what has settled, and of nothing twice', async ({
  page,
  world,
}) => {
  await mountDesk(page, world);
  await expectState(page, 'connected');
  const region = indicator(page).getByRole('status');
  await expect(region).toHaveText('Connection: Live.');
  await region.evaluate((element) => {
    const spoken: string[] = [];
    Object.assign(window, { spoken });
    new MutationObserver(() => spoken.push(element.textContent ?? '')).observe(element, {
      characterData: true,
      childList: true,
      subtree: true,
    });
  });
  world.panel.emit(world.user, 'note', 'one');
  await expect(page.getByTestId('note')).toHaveText('"one"');
  await desk(page, 'signOut');
  await expectState(page, 'disconnected');
  await expect(region).toHaveText('Connection: Disconnected.');
  expect(await page.evaluate(() => (window as unknown as { spoken: string[] }).spoken)).toEqual([
    'Connection: Disconnected.',
  ]);
});

test.describe('one socket', () => {
  test.skip(!inChromium, 'it is about React, and written with Playwright’s own locators');

  test(
    'outlives ten remounts in StrictMode, and its events go on arriving',
    FAULT,
    async ({ page, dials, world }) => {
      await mountDesk(page, world);
      await expectState(page, 'connected');
      await desk(page, 'remount', 10);
      // The server hears of the last remount's wishes a moment later, and sends nothing before that.
      await expect
        .poll(() => {
          world.panel.emit(world.user, 'note', 'after');
          return page.getByTestId('note').textContent();
        })
        .toBe('"after"');
      await expect.poll(() => dials.urls.length).toBe(1);
      expect(world.panel.stats(world.user)).toMatchObject({ openSockets: 1 });
    },
  );

  test(
    'is opened after ten remounts while the module was still on its way',
    FAULT,
    async ({ page, dials, world }) => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route('**/*.wasm', async (route) => {
        await held;
        await route.continue();
      });
      await mountDesk(page, world);
      await desk(page, 'remount', 10);
      await expect.poll(() => dials.urls.length).toBe(0);
      release();
      await expectState(page, 'connected');
      await expect.poll(() => dials.urls.length).toBe(1);
    },
  );

  test('is closed once the provider has gone', async ({ page, dials, world }) => {
    await mountDesk(page, world);
    await expectState(page, 'connected');
    await desk(page, 'unmount');
    await expect.poll(() => world.panel.stats(world.user).openSockets).toBe(0);
    await expect.poll(() => dials.urls.length).toBe(1);
  });
});
