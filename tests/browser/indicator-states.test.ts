// The indicator in every state and every surrounding, for both its readers and in another language: what
// axe finds, what fits, and a picture each.
import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { expect, test } from './support/fixtures.js';
import {
  becomeExhausted,
  button,
  details,
  type Given,
  openDetails,
  states,
} from './support/indicator.js';

// Motion would be caught half way by a check of colours, and by a picture.
test.use({ site: 'indicator', contextOptions: { reducedMotion: 'reduce' } });

interface Surrounding {
  readonly width?: number;
  readonly height?: number;
  readonly dir?: 'rtl';
  readonly media?: Parameters<Page['emulateMedia']>[0];
}

const surroundings: Readonly<Record<string, Surrounding>> = {
  light: {},
  dark: { media: { colorScheme: 'dark' } },
  rtl: { dir: 'rtl' },
  narrow: { width: 360 },
  'narrow-rtl': { width: 360, dir: 'rtl' },
  // What is left of the window above at 200 %.
  zoomed: { width: 380, height: 280 },
  'forced-colors': { media: { forcedColors: 'active' } },
};

async function surround(page: Page, surrounding: Surrounding): Promise<void> {
  const { width = 760, height = 560, dir, media } = surrounding;
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', ...media });
  await page.evaluate((direction) => {
    document.documentElement.dir = direction;
  }, dir ?? 'ltr');
}

async function expectAccessible(page: Page): Promise<void> {
  const found = await page.evaluate(async () => {
    const { violations, passes } = await (window as unknown as { axe: typeof axe }).axe.run();
    return {
      violations: violations.map(({ id, nodes }) => [
        id,
        nodes.map((node) => [node.html, JSON.stringify(node.any.map((a) => a.data))]),
      ]),
      checked: passes.map(({ id }) => id),
    };
  });
  expect(found.violations).toEqual([]);
  // That it looked at all.
  expect(found.checked).toEqual(expect.arrayContaining(['button-name', 'color-contrast']));
}

async function expectInside(page: Page): Promise<void> {
  const box = await details(page).boundingBox();
  const view = page.viewportSize();
  if (!box || !view) throw new Error('the details are not to be seen');
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(view.width);
  expect(box.y + box.height).toBeLessThanOrEqual(view.height);
}

/** The longest details there are, for whoever else reads them. */
const readers: Readonly<Record<string, Given>> = {
  developer: { details: 'developer' },
  german: { german: true, details: 'person' },
  'german-developer': { german: true, details: 'developer' },
};

const shown: readonly [string, (typeof states)[string]][] = [
  ...Object.entries(states),
  ...Object.entries(readers).map(([name, given]): [string, (typeof states)[string]] => [
    `exhausted-${name}`,
    (page, world) => becomeExhausted(page, world, given),
  ]),
];

for (const [state, reach] of shown) {
  test(`${state}: accessible, inside the window and without overflow everywhere`, async ({
    page,
    world,
    consoleLines,
  }) => {
    await reach(page, world);
    await page.evaluate(axe.source);
    for (const [name, surrounding] of Object.entries(surroundings)) {
      await test.step(name, async () => {
        await surround(page, surrounding);
        await expectAccessible(page);
        await openDetails(page);
        await expectInside(page);
        await expectAccessible(page);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBe(0);
        await page.screenshot({ path: `build/pictures/indicator-${state}-${name}.png` });
        await page.keyboard.press('Escape');
        await expect(details(page)).toBeHidden();
        await expect(button(page)).toHaveAttribute('aria-expanded', 'false');
      });
    }
    world.panel.heal(world.user);
    await consoleLines.expectOnlyFailedDials();
  });
}
