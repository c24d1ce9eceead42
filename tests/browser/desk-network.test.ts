// Every button of the network panel, pressed: what it says beforehand is what happens.

import type { Page } from '@playwright/test';
import { defaultOptions } from '../../web-demo/server/options.js';
import { figure, signIn } from './support/desk.js';
import { expect, test } from './support/fixtures.js';

test.use({ site: 'demo' });

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

const press = (page: Page, name: string) => page.getByTestId(`network-${name}`).click();
const said = (page: Page) => page.getByTestId('network-said');
const state = (page: Page) => page.getByTestId('connection-state');
const phase = (page: Page) => page.getByTestId('connection-phase');
const problem = (page: Page) => page.getByTestId('connection-error');
const soon = { backoff: { initialMs: 100, maxMs: 200 } };

async function expectPressed(page: Page, name: string, pressed: boolean): Promise<void> {
  await expect(page.getByTestId(`network-${name}`)).toHaveAttribute(
    'aria-pressed',
    String(pressed),
  );
}

test('Drop cuts the link, which comes back by itself', async ({ page, world }) => {
  await signIn(page, world, soon);
  await press(page, 'drop');
  await expect(said(page)).toContainText('was cut');
  await expect.poll(() => world.panel.stats(world.user).upgrades.length).toBe(2);
  await expect(state(page)).toHaveText('connected');
});

test('Refuse turns dials away, and pressed again lets them in', async ({ page, world }) => {
  await signIn(page, world, soon);
  await press(page, 'refuse');
  await expectPressed(page, 'refuse', true);
  await expect
    .poll(
      () => world.panel.stats(world.user).upgrades.filter((u) => u.outcome === 'refused').length,
    )
    .toBeGreaterThan(1);
  await expect(problem(page)).toHaveAttribute('data-kind', 'network');
  await press(page, 'refuse');
  await expectPressed(page, 'refuse', false);
  await expect(state(page)).toHaveText('connected');
});

test('Refuse ends by itself when its time is over', async ({ page, world }) => {
  await page.clock.install();
  await signIn(page, world, { backoff: { initialMs: 600_000, maxMs: 600_000 } });
  await page.getByTestId('network-refuse-for-30').check();
  await press(page, 'refuse');
  await expectPressed(page, 'refuse', true);
  await expect(said(page)).toContainText('turned away for 30 s');
  await page.clock.fastForward(10_000);
  await expectPressed(page, 'refuse', true);
  await page.clock.fastForward(20_000);
  await expectPressed(page, 'refuse', false);
  await expect(said(page)).toHaveText('Dials are answered again.');
  await page.clock.fastForward(10_000);
  await expect(said(page)).toHaveText('');
});

test('Hang leaves dials unanswered until it is switched off', async ({ page, world }) => {
  await signIn(page, world, soon);
  await press(page, 'hang');
  await expectPressed(page, 'hang', true);
  await expect.poll(() => world.panel.stats(world.user).hungUpgrades).toBe(1);
  await expect(phase(page)).toHaveText('dialling');
  await press(page, 'hang');
  await expectPressed(page, 'hang', false);
  await expect(state(page)).toHaveText('connected');
});

test('Stall holds what is sent while the page still says Live, until it is switched off', async ({
  page,
  world,
}) => {
  await signIn(page, world);
  await press(page, 'stall');
  await expectPressed(page, 'stall', true);
  expect(world.panel.stats(world.user).stalledSockets).toBe(1);
  const count = page.getByTestId('event-count-call_update');
  world.panel.emit(world.user, 'call_update', { callId: 'c1', status: 'busy' });
  await expect(state(page)).toHaveText('connected');
  await expect(count).toHaveAttribute('data-count', '0');
  await press(page, 'stall');
  await expect(count).toHaveAttribute('data-count', '1');
});

test('Restart sends everybody away with a hint, and they come back', async ({ page, world }) => {
  await signIn(page, world);
  await press(page, 'restart');
  await expect(said(page)).toContainText('told to restart');
  await expect(state(page)).toHaveText('reconnecting');
  await expect(phase(page)).toHaveText('waiting');
  await expect(problem(page)).toHaveText('The server is restarting and will be back soon.');
  await expect(state(page)).toHaveText('connected');
});

test('Expire closes the link, and a renewed token brings it back', async ({ page, world }) => {
  await signIn(page, world);
  await press(page, 'expire');
  await expect.poll(() => world.panel.stats(world.user).upgrades.length).toBe(2);
  await expect(state(page)).toHaveText('connected');
  await page.getByTestId('connection-history').locator('summary').click();
  await expect(
    page.getByTestId('transition').filter({ hasText: 'token rejected' }).first(),
  ).toBeVisible();
});

test('Revoke ends in Disconnected, and needs a Retry once it is allowed again', async ({
  page,
  world,
}) => {
  await signIn(page, world);
  await press(page, 'revoke');
  await expectPressed(page, 'revoke', true);
  await expect(phase(page)).toHaveText('refused');
  await expect(problem(page)).toHaveAttribute('data-kind', 'auth_rejected');
  await press(page, 'revoke');
  await expectPressed(page, 'revoke', false);
  await expect(phase(page)).toHaveText('refused');
  await press(page, 'retry');
  await expect(state(page)).toHaveText('connected');
});

test.describe('an issuer that may be asked for its keys at any time', () => {
  // A token under a key that is not known yet is turned away while the issuer was asked just now, and
  // whoever signs in and rotates within a second would meet that.
  test.use({ serverOptions: { jwks: { ...defaultOptions.jwks, cooldownMs: 0 } } });

  test('Rotated keys make old tokens void, and the link comes back all the same', async ({
    page,
    world,
  }) => {
    await signIn(page, world, soon);
    const [before] = world.server.issuer?.jwks().keys ?? [];
    await press(page, 'rotate-keys');
    await expect(said(page)).toContainText('new key');
    const [after] = world.server.issuer?.jwks().keys ?? [];
    expect(after?.kid).not.toBe(before?.kid);
    await expect(state(page)).toHaveText('connected');
    await press(page, 'expire');
    await expect.poll(() => world.panel.stats(world.user).upgrades.length).toBeGreaterThan(1);
    await expect(state(page)).toHaveText('connected');
  });
});

test('Latency is seen in the round trip, and ends with none', async ({ page, world }) => {
  await signIn(page, world);
  await page.getByTestId('network-latency-150').check();
  await expect(said(page)).toContainText('150 ms longer each way');
  await expect
    .poll(async () => {
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      return Number.parseInt((await page.getByTestId('connection-rtt').textContent()) ?? '', 10);
    })
    .toBeGreaterThanOrEqual(300);
  await page.getByTestId('network-latency-0').check();
  await expect(said(page)).toContainText('at once');
});

test('Malformed frames are counted, and the link stays', async ({ page, world }) => {
  // One of them is well-formed and far too deep, which the connection would warn of.
  await signIn(page, world, { logLevel: 'error' });
  await press(page, 'malformed');
  await expect.poll(() => figure(page, 'malformed')).toBeGreaterThan(5);
  await expect(state(page)).toHaveText('connected');
  expect(world.panel.stats(world.user).upgrades).toHaveLength(1);
  await expect(page.getByTestId('call')).toHaveCount(0);
});

test('Mend ends every fault at once, and the buttons say so', async ({ page, world }) => {
  await signIn(page, world, soon);
  await page.getByTestId('network-latency-150').check();
  await press(page, 'hang');
  await expect.poll(() => world.panel.stats(world.user).hungUpgrades).toBe(1);
  await press(page, 'revoke');
  await expectPressed(page, 'revoke', true);
  await press(page, 'heal');
  await expect(said(page)).toContainText('mended');
  await expectPressed(page, 'hang', false);
  await expectPressed(page, 'revoke', false);
  await expect(page.getByTestId('network-latency-0')).toBeChecked();
  // A link that was refused for good comes back by that as well.
  await expect(state(page)).toHaveText('connected');
});

test('Retry leaves a link alone that is live, and says so', async ({ page, world }) => {
  await signIn(page, world);
  await press(page, 'retry');
  await expect(said(page)).toHaveText('The link is live: there is nothing to retry.');
  await expect(state(page)).toHaveText('connected');
  expect(world.panel.stats(world.user).upgrades).toHaveLength(1);
});

test('what was done is no longer said when it is old news', async ({ page, world }) => {
  await page.clock.install();
  await signIn(page, world);
  await press(page, 'burst');
  await expect(said(page)).toContainText('were sent');
  await page.clock.fastForward(10_000);
  await expect(said(page)).toHaveText('');
});

test('Retry dials at once, whatever the connection waits for', async ({ page, world }) => {
  await signIn(page, world, { backoff: { initialMs: 60_000, maxMs: 60_000 } });
  await press(page, 'drop');
  await expect(phase(page)).toHaveText('waiting');
  await press(page, 'retry');
  await expect(state(page)).toHaveText('connected');
});
