// After a gap the desk is what the server says, and goes on from there.
import type { Page } from '@playwright/test';
import { signIn } from './support/desk.js';
import { expect, test, type World } from './support/fixtures.js';

test.use({ site: 'demo' });

const startedAt = '2026-01-05T09:30:00Z';
const line = { sessionId: 's1', lineId: 'l1' };
const slow = { backoff: { initialMs: 60_000, maxMs: 60_000 } };

function call(world: World, callId: string, contactName: string): void {
  world.server.publish(world.user, 'new_call', {
    ...{ callId, contactName, startedAt, direction: 'inbound', status: 'ringing' },
    ...{ from: '+12025550117', to: '+12025550100' },
  });
}

/** How often the desk asked how it stands, from here on. */
function countRequests(page: Page): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/desk') count += 1;
  });
  return () => count;
}

/** A call that rings, a conference and a line of the dialler that talk. */
async function busyDesk(page: Page, world: World): Promise<void> {
  call(world, 'c1', 'Mara Jensen');
  call(world, 'c2', 'Theo Alvarez');
  world.server.publish(world.user, 'conference-ready', {
    ...{ conferenceId: 'f1', callId: 'c2', participants: [world.user.user, 'Theo Alvarez'] },
  });
  world.server.publish(world.user, 'parallel_call_started', {
    ...{ ...line, contactId: 'k1', contactName: 'Priya Raman', to: '+442079460018', startedAt },
  });
  world.server.publish(world.user, 'parallel_call_connected', {
    ...{ ...line, callId: 'c3', contactId: 'k1', connectedAt: startedAt },
  });
  await expect(page.getByTestId('line').getByTestId('running-time')).toBeVisible();
}

/** What was sent meanwhile is gone from the log: the page is told of a gap. */
async function returnWithGap(page: Page, world: World): Promise<void> {
  world.panel.trimLog(world.user);
  await page.getByTestId('network-retry').click();
}

/** All of it ends while the page does not listen. */
async function endUnheard(page: Page, world: World): Promise<void> {
  world.panel.drop(world.user);
  await expect(page.getByTestId('connection-phase')).toHaveText('waiting');
  world.server.publish(world.user, 'call_update', { callId: 'c1', status: 'no-answer' });
  world.server.publish(world.user, 'call_update', { callId: 'c2', status: 'completed' });
  world.server.publish(world.user, 'parallel_call_ended', {
    ...{ ...line, outcome: 'answered', durationSec: 83 },
  });
  call(world, 'c4', 'Amina Diallo');
}

test('what ended unheard is over as soon as the link is back, and what came is there', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world, slow);
  await busyDesk(page, world);
  const asked = countRequests(page);
  await endUnheard(page, world);
  await page.getByTestId('network-retry').click();
  await expect(page.locator('[data-call-id=c1]')).toHaveAttribute('data-status', 'no-answer');
  await expect(page.locator('[data-call-id=c2]')).toHaveAttribute('data-status', 'completed');
  await expect(page.locator('[data-call-id=c4]')).toContainText('Amina Diallo');
  await expect(page.locator('[data-conference-id=f1]')).toHaveAttribute('data-over', 'true');
  const ended = page.locator('[data-line-id=l1]');
  await expect(ended).toHaveAttribute('data-status', 'answered');
  await expect(ended).toContainText('1:23');
  await expect(page.getByTestId('running-time')).toHaveCount(0);
  await expect(page.getByText('Not heard of since')).toHaveCount(0);
  await expect(page.getByTestId('calls')).toContainText('1 under way, 3 latest');
  // It was sent what it missed: nothing had to be asked for.
  expect(asked()).toBe(0);
  await consoleLines.expectOnlyFailedDials();
});

test('while the link is down nothing is counted on that nobody hears of', async ({
  page,
  world,
}) => {
  await signIn(page, world, slow);
  await busyDesk(page, world);
  world.panel.drop(world.user);
  await expect(page.getByTestId('line-unsure')).toBeVisible();
  await expect(page.getByTestId('call-unsure')).toHaveCount(2);
  await expect(page.getByTestId('running-time')).toHaveCount(0);
});

test('a page that is loaded anew shows what was there, talking since when it was', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  call(world, 'c1', 'Mara Jensen');
  world.server.publish(world.user, 'call_update', {
    ...{ callId: 'c1', status: 'in-progress', durationSec: 125, agentId: world.user.user },
  });
  await page.reload();
  const row = page.locator('[data-call-id=c1]');
  await expect(row).toContainText('with you');
  await expect(row.getByTestId('running-time')).toHaveText(/^2:/);
  await consoleLines.expectOnlyFailedDials();
});

test('what is heard before the server’s answer is kept when that comes', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world, slow);
  call(world, 'c1', 'Mara Jensen');
  await expect(page.locator('[data-call-id=c1]')).toBeVisible();
  // The answer is made at once, and told when the events after it have long been heard.
  let tell = () => {};
  const isTold = new Promise<void>((resolve) => {
    tell = resolve;
  });
  let answered = false;
  await page.route('**/api/desk', async (route) => {
    const response = await route.fetch();
    answered = true;
    await isTold;
    await route.fulfill({ response });
  });
  world.panel.drop(world.user);
  await expect(page.getByTestId('connection-phase')).toHaveText('waiting');
  await world.server.publish(world.user, 'call_update', { callId: 'c1', status: 'in-progress' });
  await returnWithGap(page, world);
  await expect.poll(() => answered).toBe(true);
  world.server.publish(world.user, 'call_update', { callId: 'c1', status: 'busy' });
  call(world, 'c2', 'Theo Alvarez');
  await expect(page.locator('[data-call-id=c2]')).toBeVisible();
  const adopted = page.waitForResponse('**/api/desk');
  tell();
  await (await adopted).finished();
  await expect(page.getByTestId('event-count-connected')).toHaveAttribute('data-count', '2');
  await expect(page.locator('[data-call-id=c1]')).toHaveAttribute('data-status', 'busy');
  await expect(page.locator('[data-call-id=c2]')).toHaveAttribute('data-status', 'ringing');
  await expect(page.getByTestId('call')).toHaveCount(2);
  await consoleLines.expectOnlyFailedDials();
});

test('without an answer the desk says what it does not know, and counts nothing on', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world, slow);
  await busyDesk(page, world);
  await page.route('**/api/desk', (route) => route.fulfill({ status: 404, json: {} }));
  await endUnheard(page, world);
  await returnWithGap(page, world);
  await expect(page.getByTestId('call-unsure')).toHaveCount(2);
  await expect(page.getByTestId('line-unsure')).toBeVisible();
  await expect(page.getByTestId('conference-unsure')).toBeVisible();
  await expect(page.getByTestId('running-time')).toHaveCount(0);
  // What is heard is shown all the same.
  call(world, 'c5', 'Ines Moreau');
  await expect(page.locator('[data-call-id=c5]')).toBeVisible();
  await consoleLines.expectOnlyFailedDials(1);
});

test('a server that cannot answer just yet is asked again', async ({ page, world }) => {
  await signIn(page, world);
  await busyDesk(page, world);
  let asked = 0;
  await page.route('**/api/desk', async (route) => {
    asked += 1;
    await (asked === 1 ? route.fulfill({ status: 503, json: {} }) : route.continue());
  });
  await endUnheard(page, world);
  await returnWithGap(page, world);
  await expect(page.locator('[data-line-id=l1]')).toHaveAttribute('data-status', 'answered');
  expect(asked).toBe(2);
});

test('events that are lost are a gap, told and repaired by one question', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  await busyDesk(page, world);
  const asked = countRequests(page);
  const repaired = page.waitForResponse('**/api/desk');
  await page.getByTestId('network-lose').click();
  await repaired;
  await expect(page.getByTestId('connection-phase')).toHaveText('ready');
  await expect(page.getByText('Not heard of since')).toHaveCount(0);
  await expect(page.locator('[data-call-id=c1]')).toHaveAttribute('data-status', 'ringing');
  expect(asked()).toBe(1);
  await consoleLines.expectOnlyFailedDials();
});

test('a note is there once, in every tab, whatever becomes of the link on its way', async ({
  page,
  world,
}) => {
  await signIn(page, world, slow);
  const write = async (text: string) => {
    await page.getByTestId('note-text').fill(text);
    await page.getByTestId('note-text').press('Enter');
  };
  await write('Call Mara back');
  await expect(page.getByTestId('note')).toHaveText(/Call Mara back/);
  world.panel.stall(world.user, true);
  await write('Ask Theo for the contract');
  await expect(page.getByTestId('note-pending')).toHaveAttribute('data-state', 'sending');
  // It has reached a server whose answer is lost.
  world.panel.drop(world.user);
  world.panel.stall(world.user, false);
  await page.getByTestId('network-retry').click();
  await expect(page.getByTestId('note-pending')).toHaveCount(0);
  await expect(page.getByTestId('note')).toHaveCount(2);
});
