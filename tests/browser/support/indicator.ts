// A page with the status indicator in each of its states, brought there by a real server.
import type { Locator, Page } from '@playwright/test';
import type { Desk, DeskOptions } from '../harness/indicator/main.js';
import { expect, type World } from './fixtures.js';

export type Given = Omit<DeskOptions, 'user'>;

export async function mountDesk(page: Page, world: World, given: Given = {}): Promise<void> {
  await page.goto(world.url);
  await page.waitForFunction(() => 'desk' in window);
  await page.evaluate((options) => (window as { desk: Desk }).desk.mount(options), {
    ...given,
    options: { host: world.host, ...given.options },
    user: world.user.id,
  });
}

export const indicator = (page: Page): Locator => page.locator('.keepline-indicator');
export const button = (page: Page): Locator => page.locator('.keepline-button');
export const details = (page: Page): Locator =>
  page.getByRole('group', { name: /^(Connection|Verbindung)$/ });
export const retry = (page: Page): Locator =>
  page.getByRole('button', { name: 'Retry', exact: true });

export async function expectState(page: Page, state: string): Promise<void> {
  await expect(indicator(page)).toHaveAttribute('data-state', state);
  await expect(indicator(page)).toHaveAttribute('data-settled', 'true');
}

export async function openDetails(page: Page): Promise<void> {
  if ((await button(page).getAttribute('aria-expanded')) !== 'true') await button(page).click();
  await expect(details(page)).toHaveAttribute('data-positioned', 'true');
}

/** Waits that cannot end by themselves while a test looks at them. */
const patient = { initialMs: 60_000, maxMs: 60_000, jitter: 0 };
const hasty = { initialMs: 100, maxMs: 100, maxAttempts: 1, slowProbeMs: 0 };

export async function becomeExhausted(page: Page, world: World, given: Given = {}): Promise<void> {
  await mountDesk(page, world, { ...given, options: { backoff: hasty } });
  await expectState(page, 'connected');
  world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
  world.panel.drop(world.user);
  await expectState(page, 'disconnected');
}

export async function becomeReconnecting(page: Page, world: World): Promise<void> {
  await mountDesk(page, world, { options: { backoff: patient } });
  await expectState(page, 'connected');
  world.panel.drop(world.user);
  await expectState(page, 'reconnecting');
}

/** Every state that a person may meet, by the name of its picture. */
export const states: Readonly<Record<string, (page: Page, world: World) => Promise<void>>> = {
  connecting: async (page, world) => {
    world.panel.hang(world.user, true);
    await mountDesk(page, world);
    await expectState(page, 'connecting');
  },
  live: async (page, world) => {
    await mountDesk(page, world);
    await expectState(page, 'connected');
  },
  unconfirmed: async (page, world) => {
    await mountDesk(page, world, { unproven: true });
    await expectState(page, 'unconfirmed');
  },
  reconnecting: becomeReconnecting,
  exhausted: becomeExhausted,
  'signed-out': async (page, world) => {
    await mountDesk(page, world, { signedIn: false });
    await expectState(page, 'disconnected');
  },
  refused: async (page, world) => {
    await mountDesk(page, world);
    await expectState(page, 'connected');
    world.panel.revoke(world.user, true);
    await expectState(page, 'disconnected');
  },
};
