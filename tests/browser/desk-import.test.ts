// A contact list dropped on the desk: read by the server row by row, and told as it goes.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { defaultOptions } from '../../web-demo/server/options.js';
import { dropFile, signIn } from './support/desk.js';
import { expect, test, type World } from './support/fixtures.js';

test.use({ site: 'demo' });

/** Good rows with a bad one at each place named; the header is row 1. */
function contacts(rows: number, badRows: readonly number[] = []): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const phone = badRows.includes(index + 2) ? '12' : `+1202${String(5_550_000 + index)}`;
    return `Contact ${index},${phone},contact-${index}@example.com`;
  });
  return ['Name,Phone,Email', ...lines].join('\n');
}

const upload = (page: Page) => page.getByTestId('upload').first();

test('a dropped CSV is imported, with its refused rows by number', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  await dropFile(page, 'spring.csv', contacts(120, [5, 77]));
  await expect(upload(page)).toHaveAttribute('data-state', 'complete');
  await expect(upload(page)).toContainText('spring.csv');
  await expect(page.getByTestId('upload-processed')).toHaveText('120 of 120');
  await expect(page.getByTestId('upload-succeeded')).toHaveText('118');
  await expect(page.getByTestId('upload-failed')).toHaveText('2');
  await expect(page.getByTestId('upload-duration')).toHaveText(/\d+\.\d s/);
  const bar = upload(page).getByRole('progressbar', { name: 'spring.csv' });
  await expect(bar).toHaveAttribute('aria-valuenow', '120');
  await expect(bar).toHaveAttribute('aria-valuemax', '120');
  const refused = page.getByTestId('refused-row');
  await expect(refused).toHaveCount(2);
  await expect(refused.nth(0)).toContainText('Row 5');
  await expect(refused.nth(0)).toContainText('phone number');
  await expect(refused.nth(1)).toContainText('Row 77');
  await expect(page.getByTestId('refused-more')).toHaveCount(0);
  await consoleLines.expectOnlyFailedDials();
});

test('of very many refused rows the first five hundred are listed and the rest counted', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  const bad = Array.from({ length: 640 }, (_, index) => index + 2);
  await dropFile(page, 'bad.csv', contacts(700, bad));
  await expect(upload(page)).toHaveAttribute('data-state', 'complete');
  await expect(page.getByTestId('upload-failed')).toHaveText('640');
  await expect(page.getByTestId('refused-row')).toHaveCount(500);
  await expect(page.getByTestId('refused-more')).toContainText('140 more');
  await consoleLines.expectOnlyFailedDials();
});

test('a file is chosen with the keyboard alone', async ({ page, world, consoleLines }) => {
  // Asked for well before the key, which would otherwise overtake the browser's readiness to tell.
  const chooser = page.waitForEvent('filechooser');
  await signIn(page, world);
  await page.getByTestId('choose-file').focus();
  await page.keyboard.press('Enter');
  await (await chooser).setFiles({
    name: 'chosen.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(contacts(3)),
  });
  await expect(upload(page)).toHaveAttribute('data-state', 'complete');
  await expect(page.getByTestId('upload-succeeded')).toHaveText('3');
  await consoleLines.expectOnlyFailedDials();
});

test('the sample of 5,000 rows can be fetched and imported', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'sample of 5,000 rows' }).click();
  const sample = await started;
  expect(sample.suggestedFilename()).toBe('sample-contacts.csv');
  await page.getByTestId('import-file').setInputFiles({
    name: 'sample-contacts.csv',
    mimeType: 'text/csv',
    buffer: await readFile(await sample.path()),
  });
  await expect(upload(page)).toHaveAttribute('data-state', 'complete');
  await expect(page.getByTestId('upload-processed')).toHaveText('5,000 of 5,000');
  const failed = Number(await page.getByTestId('upload-failed').textContent());
  expect(failed).toBeGreaterThan(50);
  await consoleLines.expectOnlyFailedDials();
});

test('what is no CSV is refused before it is sent', async ({ page, world, consoleLines }) => {
  await signIn(page, world);
  await page.getByTestId('import-file').setInputFiles({
    name: 'contacts.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: Buffer.from('PK'),
  });
  await expect(page.getByTestId('import-refused')).toContainText('contacts.xlsx is no CSV');
  await consoleLines.expectOnlyFailedDials();
});

test('a rejected token is renewed once, and the file is taken', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  // The token that the page holds is void; the link is closed too, and asks for a new one itself.
  world.panel.revoke(world.user, true);
  await expect(page.getByTestId('connection-phase')).toHaveText('refused');
  world.panel.revoke(world.user, false);
  world.panel.expireTokens(world.user);
  await dropFile(page, 'late.csv', contacts(2));
  await expect(page.getByTestId('import-refused')).toHaveCount(0);
  await page.getByTestId('network-retry').click();
  await expect(page.locator('.keepline-indicator')).toHaveAttribute('data-state', 'connected');
  await expect(upload(page)).toContainText('late.csv');
  await consoleLines.expectOnlyFailedDials(1);
});

test.describe('an import that takes its time', () => {
  test.use({ serverOptions: { imports: { ...defaultOptions.imports, rowsPerSecond: 400 } } });

  for (const [how, isLost] of [
    ['is told afterwards how it went on', false],
    ['what was told meanwhile is lost, and the server’s account closes the gap', true],
  ] as const) {
    test(`goes on through a cut: ${how}`, async ({ page, world, consoleLines }) => {
      await signIn(page, world, { backoff: { initialMs: 60_000, maxMs: 60_000 } });
      dropAfterProgress(world, 2);
      await dropFile(page, 'long.csv', contacts(900, [3, 850]));
      await expect(page.getByTestId('connection-state')).toHaveText('reconnecting');
      // It ends while nobody listens.
      const importId = (await upload(page).getAttribute('data-import-id')) ?? '';
      await expect.poll(() => stateOnServer(page, world, importId)).toBe('complete');
      await expect(upload(page)).toHaveAttribute('data-state', 'running');
      if (isLost) world.panel.trimLog(world.user);
      await page.getByTestId('network-retry').click();
      await expect(upload(page)).toHaveAttribute('data-state', 'complete');
      await expect(page.getByTestId('upload-processed')).toHaveText('900 of 900');
      await expect(page.getByTestId('upload-succeeded')).toHaveText('898');
      await expect(page.getByTestId('refused-row').nth(1)).toContainText('Row 850');
      await consoleLines.expectOnlyFailedDials();
    });
  }

  test('is followed by the user’s other tab, and a second file has to wait', async ({
    page,
    context,
    world,
    consoleLines,
  }) => {
    await signIn(page, world);
    const other = await context.newPage();
    await signIn(other, world);
    // Long enough to be under way to the end of the test, however slow the machine.
    await dropFile(page, 'first.csv', contacts(9000, [4]));
    await expect(upload(page)).toHaveAttribute('data-state', 'running');
    await dropFile(page, 'second.csv', contacts(3));
    await expect(page.getByTestId('import-refused')).toContainText('second.csv');
    await expect(page.getByTestId('import-refused')).toContainText('under way');
    await expect(upload(other)).toHaveAttribute('data-state', 'running');
    await expect(upload(other)).toContainText('first.csv');
    await expect(other.getByTestId('refused-row')).toContainText('Row 4');
    await expect(other.getByTestId('upload-processed')).toContainText('of 9,000');
    await consoleLines.expectOnlyFailedDials(1);
  });
});

test('simulated imports of the feed stand apart', async ({ page, world, consoleLines }) => {
  await signIn(page, world);
  world.server.feed.step(world.user, 40);
  await expect(page.getByTestId('simulated-import')).toContainText('Simulated import-');
  await expect(page.getByTestId('upload')).toHaveCount(0);
  await consoleLines.expectOnlyFailedDials();
});

/** Cuts the link the moment the server has told of so much progress, on however slow a machine. */
function dropAfterProgress(world: World, times: number): void {
  const { realtime } = world.server;
  const publish = realtime.publish.bind(realtime);
  let told = 0;
  realtime.publish = (event) => {
    const published = publish(event);
    if (event.type === 'import_progress') told += 1;
    if (event.type === 'import_progress' && told === times) world.panel.drop(world.user);
    return published;
  };
}

async function stateOnServer(page: Page, world: World, importId: string): Promise<string> {
  const issued = await page.request.post(`${world.url}/dev/token`, {
    data: { user: world.user.id },
  });
  const { token } = (await issued.json()) as { token: string };
  const answer = await page.request.get(`${world.url}/api/imports/${importId}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return ((await answer.json()) as { state: string }).state;
}
