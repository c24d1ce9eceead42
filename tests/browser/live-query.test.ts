// A live query in a browser: what a page shows is what the server has, through outages, gaps and a reload,
// with each item once.
import type { Page } from '@playwright/test';
import type { Connection, LiveQuery } from 'keepline';
import { expect, test } from './support/fixtures.js';
import { ListSite } from './support/list-site.js';

declare global {
  interface Window {
    list: LiveQuery<readonly number[]>;
    connection: Connection;
  }
}

/** Until the page shows it all, and says that it is live. */
async function showsAll(page: Page, site: ListSite): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => [window.list.get().state, window.list.get().data?.length]))
    .toEqual(['live', site.items.length]);
  expect(await page.evaluate(() => window.list.get().data)).toEqual(site.items);
}

async function loseLinks(site: ListSite): Promise<void> {
  site.dropLinks();
  site.publish(20);
  await expect.poll(() => site.links).toBe(1);
}

test('a live query is what the server has, and fetches only what is missing', async ({
  page,
  host,
}) => {
  const site = await ListSite.open(host);
  try {
    site.publish(30);
    await page.goto(site.url);
    await showsAll(page, site);
    expect(site.requests).toBe(1);

    for (let at = 0; at < 3; at += 1) {
      site.publish(20);
      await loseLinks(site);
      await showsAll(page, site);
    }
    expect(site.requests).toBe(1);

    site.dropLinks();
    site.publish(20);
    site.forget();
    await showsAll(page, site);
    expect(site.requests).toBe(2);
  } finally {
    site.close();
  }
});

test('a reloaded page goes on where it was, and shows what the server has', async ({
  page,
  host,
}) => {
  const site = await ListSite.open(host);
  try {
    await page.goto(site.url);
    await expect.poll(() => site.links).toBe(1);
    site.publish(30);
    await showsAll(page, site);
    // In a worker it is that of the last batch for which the page has answered.
    const known = host === 'page' ? 'e.30' : /^e\.\d+$/;
    await expect.poll(() => page.evaluate(() => window.connection.position())).toMatch(known);
    await page.reload();
    await expect.poll(() => site.asked.length).toBe(2);
    expect(site.asked[0]).toBeNull();
    expect(site.asked[1]).toMatch(known);
    site.publish(20);
    await showsAll(page, site);
  } finally {
    site.close();
  }
});
