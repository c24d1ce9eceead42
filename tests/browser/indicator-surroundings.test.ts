// The indicator inside what applications put it into: the innermost layer that uses a key or a press
// keeps it, and the focus goes where it belongs.
import type { Page } from '@playwright/test';
import type { SurroundingName } from './harness/indicator/surroundings.js';
import { expect, test, type World } from './support/fixtures.js';
import { button, details, expectState, mountDesk } from './support/indicator.js';

test.use({ site: 'indicator' });

const heard = (page: Page) => page.evaluate(() => window.heard);
const copy = (page: Page) => page.locator('.keepline-copy');

async function mountInside(page: Page, world: World, surrounding: SurroundingName) {
  await mountDesk(page, world, { surrounding });
  await expectState(page, 'connected');
}

for (const layer of ['dialog', 'popover', 'library dialog'] as const) {
  test.describe(`in a layer above the page: ${layer}`, () => {
    test('Escape closes the details first, wherever the focus is, and the layer after them', async ({
      page,
      world,
    }) => {
      await mountInside(page, world, layer);
      const onButton = async () => button(page).click();
      const inside = async () => {
        await button(page).click();
        await copy(page).focus();
      };
      const elsewhere = async () => {
        await button(page).evaluate((element: HTMLElement) => element.blur());
        await page.mouse.move(1, 1);
        await button(page).hover();
      };
      for (const open of [onButton, inside, elsewhere]) {
        await open();
        await expect(details(page)).toHaveAttribute('data-positioned', 'true');
        await page.keyboard.press('Escape');
        await expect(details(page)).toBeHidden();
        await expect(page.getByTestId('layer')).toBeVisible();
      }
      expect(await heard(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.getByTestId('layer')).toBeHidden();
      await expect.poll(() => heard(page)).toEqual(['closed']);
    });

    test('gives the focus back to the button, and the details are to be pressed', async ({
      page,
      world,
    }) => {
      await mountInside(page, world, layer);
      await button(page).click();
      await copy(page).focus();
      await page.keyboard.press('Escape');
      await expect(button(page)).toBeFocused();
      await button(page).click();
      await details(page).locator('.keepline-explanation').click();
      await expect(details(page)).toBeVisible();
      expect(await heard(page)).toEqual([]);
    });
  });
}

test('the keyboard of a dialog that keeps Tab inside reaches the details and leads out again', async ({
  page,
  world,
}) => {
  await mountInside(page, world, 'library dialog');
  await page.getByRole('button', { name: 'First' }).focus();
  await page.keyboard.press('Tab');
  await expect(button(page)).toBeFocused();
  await expect(details(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(copy(page)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Last' })).toBeFocused();
  await expect(details(page)).toBeHidden();
});

test('a dialog that opened over details which are only hovered gets its Escape', async ({
  page,
  world,
}) => {
  await mountInside(page, world, 'header');
  await button(page).hover();
  await expect(details(page)).toBeVisible();
  await page.evaluate(() => {
    const dialog = document.createElement('dialog');
    dialog.addEventListener('close', () => window.heard.push('closed'));
    document.body.append(dialog);
    dialog.showModal();
  });
  await page.keyboard.press('Escape');
  await expect.poll(() => heard(page)).toEqual(['closed']);
});

test.describe('in a shadow root', () => {
  test('the focus goes back to the button on Escape', async ({ page, world }) => {
    await mountInside(page, world, 'shadow root');
    await button(page).click();
    await copy(page).focus();
    await expect(copy(page)).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(details(page)).toBeHidden();
    await expect(button(page)).toBeFocused();
  });

  test('presses inside keep the details open, one elsewhere closes them', async ({
    page,
    world,
  }) => {
    await mountInside(page, world, 'shadow root');
    await button(page).click();
    await expect(details(page)).toHaveAttribute('data-positioned', 'true');
    await details(page).locator('.keepline-title').click();
    await expect(details(page)).toBeVisible();
    await page.getByRole('heading', { name: 'Calls' }).click();
    await expect(details(page)).toBeHidden();
  });

  test('a window that loses the focus and gets it back opens nothing', async ({ page, world }) => {
    await mountInside(page, world, 'shadow root');
    await button(page).click();
    await button(page).click();
    await expect(details(page)).toBeHidden();
    await expect(button(page)).toBeFocused();
    // As browsers tell it: the element remains the one that has the focus.
    await button(page).evaluate((element) => {
      element.dispatchEvent(new FocusEvent('focusout', { bubbles: true, composed: true }));
      const { matches } = element;
      element.matches = (selector) =>
        selector === ':focus-visible' || matches.call(element, selector);
      element.dispatchEvent(new FocusEvent('focusin', { bubbles: true, composed: true }));
    });
    await expect(button(page)).toHaveAttribute('aria-expanded', 'false');
  });
});

test.describe('in a window that the page has opened', () => {
  async function mountInWindow(page: Page, world: World): Promise<Page> {
    const opened = page.waitForEvent('popup');
    await mountDesk(page, world, { surrounding: 'window' });
    const popup = await opened;
    await expectState(popup, 'connected');
    return popup;
  }

  test('time is that of the window, as the page behind it may be asleep', async ({
    page,
    world,
  }) => {
    const popup = await mountInWindow(page, world);
    await page.evaluate(() => {
      window.setTimeout = (() => 0) as unknown as typeof window.setTimeout;
    });
    await button(popup).hover();
    await expect(details(popup)).toBeVisible();
    await popup.mouse.move(5, 490);
    await expect(details(popup)).toBeHidden();
  });

  test('the focus goes back to the button on Escape, and presses elsewhere close', async ({
    page,
    world,
  }) => {
    const popup = await mountInWindow(page, world);
    await button(popup).click();
    await expect(details(popup)).toHaveAttribute('data-positioned', 'true');
    await copy(popup).focus();
    await popup.keyboard.press('Escape');
    await expect(details(popup)).toBeHidden();
    await expect(button(popup)).toBeFocused();
    await button(popup).click();
    await expect(details(popup)).toBeVisible();
    await popup.mouse.click(5, 490);
    await expect(details(popup)).toBeHidden();
  });

  test('the clipboard is that of the window', async ({ page, world }) => {
    const popup = await mountInWindow(page, world);
    for (const each of [page, popup]) {
      await each.evaluate(() => {
        navigator.clipboard.writeText = async (text) =>
          void Object.assign(window, { copied: text });
      });
    }
    await button(popup).click();
    await expect(details(popup)).toHaveAttribute('data-positioned', 'true');
    await copy(popup).click();
    await expect(copy(popup)).toHaveText('Copied');
    const copied = (each: Page) =>
      each.evaluate(() => (window as unknown as { copied?: string }).copied ?? '');
    expect(await copied(popup)).toContain('"version"');
    expect(await copied(page)).toBe('');
  });
});

test('a header that is clickable as a whole hears nothing of presses and keys that were used', async ({
  page,
  world,
}) => {
  await mountInside(page, world, 'clickable header');
  await button(page).click();
  await expect(details(page)).toHaveAttribute('data-positioned', 'true');
  await details(page).locator('.keepline-explanation').dblclick();
  await copy(page).click();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(details(page)).toBeVisible();
  await page.keyboard.press('Space');
  await expect(details(page)).toBeHidden();
  // Escape was used up before anybody hears it; its release means nothing to anybody.
  expect((await heard(page)).filter((each) => each !== 'key Escape up')).toEqual([]);
  // It does hear what is meant for it.
  await page.getByText('Call desk').click();
  await button(page).press('k');
  expect(await heard(page)).toEqual(expect.arrayContaining(['click', 'key k']));
});

test('in a form nothing that is pressed submits it', async ({ page, world }) => {
  await mountInside(page, world, 'form');
  await button(page).click();
  await copy(page).click();
  for (const control of [copy(page), button(page)]) {
    await control.press('Enter');
    await control.press('Space');
  }
  expect(await heard(page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Name' }).press('Enter');
  expect(await heard(page)).toEqual(['submit']);
});

test('in a label presses on the details do not reach its control', async ({ page, world }) => {
  await mountInside(page, world, 'label');
  await button(page).click();
  await expect(details(page)).toHaveAttribute('data-positioned', 'true');
  await details(page).locator('.keepline-explanation').click();
  await copy(page).click();
  await expect(page.getByTestId('box')).not.toBeChecked();
  await expect(details(page)).toBeVisible();
  await page.getByText('Notify me').click({ position: { x: 2, y: 2 } });
  await expect(page.getByTestId('box')).toBeChecked();
});
