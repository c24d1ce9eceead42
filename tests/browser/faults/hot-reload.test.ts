// An application that is edited while it runs, through Vite's own hot reload in a real browser.
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { inChromium } from '../engines/engine.js';
import { test as base, expect, FAULT } from '../support/fixtures.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Edited, so a copy; inside the tree, so that packages are found from it. */
const copy = `${root}build/browser-hot-reload`;

const test = base.extend({
  serverOptions: async ({ serverOptions }, use) => {
    await rm(copy, { recursive: true, force: true });
    await cp(`${root}tests/browser/harness/hot-reload`, copy, { recursive: true });
    await use({ ...serverOptions, page: { kind: 'vite', root: copy } });
  },
});

test.skip(!inChromium, 'it is about the bundler, and written with Playwright’s own locators');

/** Edits the page's heading and whatever else, and waits until the page shows it. */
async function edit(page: Page, heading: string, change: (source: string) => string) {
  const path = `${copy}/app.tsx`;
  const before = await readFile(path, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  const shown = page.getByRole('heading');
  // Saved again where the watcher missed it: it drops what comes too soon after another change.
  await expect
    .poll(async () => {
      // Whole at once, as editors do: half a file would be another program.
      await writeFile(`${copy}.next`, after);
      await rename(`${copy}.next`, path);
      return shown.textContent();
    })
    .toBe(heading);
}

test(
  'components that are edited ten times: one link from the first to the last, and no event twice',
  FAULT,
  async ({ page, world, dials }) => {
    await page.goto(`${world.url}/?user=${world.user.id}`);
    const phase = page.getByTestId('phase');
    await expect(phase).toHaveText('ready');
    await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
    for (let edition = 1; edition <= 9; edition += 1) {
      const title = `Edition ${edition}`;
      await edit(page, title, (source) => source.replace(/<h1>.*<\/h1>/, `<h1>${title}</h1>`));
    }
    // Other hooks: what is around the provider is mounted anew, and the provider with it.
    await edit(page, 'Last edition', (source) =>
      source
        .replace(
          'return (\n    <RealtimeProvider',
          "const [title] = useState('Last edition');\n  $&",
        )
        .replace(/<h1>.*<\/h1>/, '<h1>{title}</h1>'),
    );
    await expect(phase).toHaveText('ready');
    const before = Number(await phase.getAttribute('data-calls'));
    // The server hears of what is wanted a moment after the last mount.
    await expect
      .poll(async () => {
        world.panel.emit(world.user, 'new_call', {});
        return Number(await phase.getAttribute('data-calls'));
      })
      .toBeGreaterThan(before);
    const received = Number(await phase.getAttribute('data-calls'));
    world.panel.emit(world.user, 'new_call', {});
    await expect(phase).toHaveAttribute('data-calls', String(received + 1));
    expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true);
    expect(dials.urls.filter((url) => url.endsWith('/ws'))).toHaveLength(1);
    expect(world.panel.stats(world.user).openSockets).toBe(1);
  },
);
