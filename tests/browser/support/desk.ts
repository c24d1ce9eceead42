// The call desk as a person uses it: signing in, reading its boards, dropping a file on it.
import { type Locator, type Page, test } from '@playwright/test';
import { expect, type World } from './fixtures.js';

/**
 * Signs in as the world's own guest, or as one of the listed users, and waits until it is live and the
 * server has said what the desk shows: what a test breaks next is not in the way of that.
 */
export async function signIn(
  page: Page,
  world: Pick<World, 'url' | 'user' | 'host'>,
  options: object = {},
  as?: string,
): Promise<Locator> {
  const told = ['desk', 'imports'].map((name) => page.waitForResponse(`**/api/${name}`));
  await page.goto(
    `${world.url}/?options=${encodeURIComponent(JSON.stringify({ host: world.host, ...options }))}`,
  );
  if (as === undefined) {
    await page.getByTestId('guest-name').fill(world.user.id.replace('guest-', ''));
    await page.getByTestId('sign-in-guest').click();
  } else {
    await page.getByTestId(`sign-in-${as}`).click();
  }
  const indicator = page.locator('.keepline-indicator');
  await expect(indicator).toHaveAttribute('data-state', 'connected');
  await Promise.all(told);
  // Where the connection runs is easily believed: it is seen here.
  expect(page.workers()).toHaveLength(world.host === 'worker' ? 1 : 0);
  return indicator;
}

/** How many events the desk has shown. */
export async function heard(page: Page): Promise<number> {
  return Number(await page.getByTestId('event-total').getAttribute('data-count'));
}

/** The figure under a name in the connection's card. */
export async function figure(page: Page, name: string): Promise<number> {
  const text = await page.getByTestId(`connection-${name}`).textContent();
  return Number((text ?? '').replaceAll(',', ''));
}

/** Drops a file where a person would, as the browser's own events. */
export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], fileName, { type: 'text/csv' }));
      return data;
    },
    [name, text] as const,
  );
  const zone = page.getByTestId('drop-zone');
  await zone.dispatchEvent('dragenter', { dataTransfer: transfer });
  await expect(zone).toHaveAttribute('data-over', 'true');
  await zone.dispatchEvent('drop', { dataTransfer: transfer });
}

/** For people to look at; nothing is compared with them. Taken once the page has been painted. */
export async function picture(page: Page, name: string): Promise<void> {
  await test.step(`picture ${name}`, async () => {
    await page.evaluate(
      () => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))),
    );
    await page.screenshot({ path: `build/pictures/${name}.png`, animations: 'disabled' });
  });
}
