// The desk on two nodes over a real Redis: each button of its panel is pressed while calls come and go, and
// after each the desk is what the server says it is.
import type { Page } from '@playwright/test';
import type { Boards } from '../../web-demo/boards/boards.js';
import {
  type DevelopmentUser,
  findDevelopmentUser,
} from '../../web-demo/server/development-users.js';
import { type RunningFleet, startFleet } from '../../web-demo/server/fleet/fleet.js';
import { createLog } from '../../web-demo/server/log.js';
import { hasRedis } from '../server/support/redis.js';
import { demoDirectory } from './support/build-harness.js';
import { picture, signIn } from './support/desk.js';
import { expect, test } from './support/fixtures.js';

test.skip(!hasRedis, 'redis-server is not installed here');
test.setTimeout(240_000);
test.use({ viewport: { width: 1280, height: 1300 } });

const user = findDevelopmentUser('guest-fleet') as DevelopmentUser;

async function withFleet(use: (fleet: RunningFleet) => Promise<void>): Promise<void> {
  const fleet = await startFleet({
    nodes: 2,
    server: {
      ...{ port: 0, log: createLog('silent'), feed: { eventsPerSecond: 8, seed: 1 } },
      page: { kind: 'built', directory: demoDirectory },
    },
  });
  try {
    await use(fleet);
  } finally {
    await fleet.close();
  }
}

/** What is on the page of those boards, by the marks that its rows have. */
const shown = (page: Page) =>
  page.evaluate(() => {
    const rows = (selector: string, ...marks: string[]) =>
      [...document.querySelectorAll(selector)].map((row) =>
        marks.map((mark) => row.getAttribute(`data-${mark}`)).join(' '),
      );
    return {
      calls: rows('[data-testid=call]', 'call-id', 'status'),
      lines: rows('[data-testid=line]', 'line-id', 'status'),
      conferences: rows('[data-testid=conference]', 'conference-id', 'over'),
      recordings: rows('[data-testid=recording]', 'recording-id'),
      notes: document.querySelectorAll('[data-testid=note]').length,
    };
  });

/** The same of what the server says. */
async function told({ url }: RunningFleet) {
  const issued = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user: user.id }),
  });
  const { token } = (await issued.json()) as { token: string };
  const headers = { Authorization: `Bearer ${token}` };
  const boards = (await (await fetch(`${url}/api/desk`, { headers })).json()) as Boards;
  return {
    calls: boards.calls.map(({ callId, status }) => `${callId} ${status}`),
    lines: boards.sessions.flatMap(({ lines }) =>
      lines.map(({ lineId, status }) => `${lineId} ${status}`),
    ),
    conferences: boards.conferences.map(({ conferenceId, over }) => `${conferenceId} ${over}`),
    recordings: boards.recordings.map(({ recordingId }) => recordingId),
    notes: boards.notes.length,
  };
}

const indicator = (page: Page) => page.locator('.keepline-indicator');
const home = (page: Page) => page.locator('[data-testid=fleet-node][data-home=true] .fleet-name');

/** Nothing is broken any more: two nodes that take links, and a Redis. */
async function whole(page: Page): Promise<void> {
  await expect(page.locator('[data-testid=fleet-node][data-state=ready]')).toHaveCount(2, {
    timeout: 60_000,
  });
  await expect(page.getByTestId('fleet-redis')).toHaveAttribute('data-state', 'up');
  await expect(home(page)).toHaveCount(1);
}

/** While nobody calls: both are asked, and one must not be older than the other. */
async function expectSame(page: Page, fleet: RunningFleet): Promise<void> {
  await expect(indicator(page)).toHaveAttribute('data-state', 'connected', { timeout: 60_000 });
  fleet.server.feed.setPaused(user, true);
  await expect(async () => expect(await shown(page)).toEqual(await told(fleet))).toPass();
  await expect(page.getByText('Not heard of since')).toHaveCount(0);
  fleet.server.feed.setPaused(user, false);
}

/** A call that goes on. */
async function talk({ server }: RunningFleet): Promise<void> {
  await server.publish(user, 'new_call', {
    ...{ callId: 'long', contactName: 'Mara Jensen', startedAt: new Date().toISOString() },
    ...{ direction: 'inbound', status: 'ringing', from: '+12025550117', to: '+12025550100' },
  });
  await server.publish(user, 'call_update', { callId: 'long', status: 'in-progress' });
}

const press = (page: Page, name: string) => page.getByTestId(`network-${name}`).click();

test('whatever of several nodes is broken, the desk is what the server says', async ({
  page,
  host,
  consoleLines,
}) => {
  await withFleet(async (fleet) => {
    await signIn(page, { url: fleet.url, user, host }, { backoff: { initialMs: 100, maxMs: 500 } });
    await expect.poll(async () => (await shown(page)).calls.length).toBeGreaterThan(0);
    await page.getByTestId('note-text').fill('Call Mara back');
    await page.getByTestId('note-text').press('Enter');
    await expect(page.getByTestId('note')).toHaveCount(1);
    await expectSame(page, fleet);

    for (const [deed, words] of [
      ['kill', 'was killed'],
      ['restart', 'started again'],
    ] as const) {
      await test.step(deed, async () => {
        await whole(page);
        const before = await home(page).textContent();
        await press(page, deed);
        await expect(page.getByTestId('network-said')).toContainText(words);
        await expect(home(page)).not.toHaveText(before ?? '');
        await expectSame(page, fleet);
      });
    }
    await test.step('stop Redis', async () => {
      await whole(page);
      await talk(fleet);
      const talking = page.locator('[data-call-id=long]');
      await expect(talking.getByTestId('running-time')).toBeVisible();
      await press(page, 'stop-redis');
      await expect(indicator(page)).toHaveAttribute('data-state', 'catching_up');
      // Nobody knows whether it still goes on.
      await expect(talking.getByTestId('call-unsure')).toBeVisible();
      await picture(page, 'fleet-redis-stopped');
      await expectSame(page, fleet);
    });
    await test.step('promote the replica', async () => {
      await whole(page);
      const repaired = page.waitForResponse('**/api/desk');
      await press(page, 'promote');
      await repaired;
      await expectSame(page, fleet);
    });
    await whole(page);
    await picture(page, 'fleet');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(page, 'fleet-dark');
    expect((await shown(page)).notes).toBe(1);
    await consoleLines.expectOnlyFailedDials();
  });
});
