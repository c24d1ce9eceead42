// Contact lists as they really come: which columns are which, whose numbers they are, what was refused.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { defaultOptions } from '../../web-demo/server/options.js';
import { dropFile, signIn } from './support/desk.js';
import { expect, test } from './support/fixtures.js';

test.use({ site: 'demo' });

const upload = (page: Page) => page.getByTestId('upload').first();
const finished = (page: Page) => expect(upload(page)).toHaveAttribute('data-state', 'complete');

test('where the first line does not tell, the page asks which column is which', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  await dropFile(page, 'odd.csv', 'Wer,Wohin,Notiz\nMara Jensen,+12025550117,kalt\n');
  const form = page.getByRole('form', { name: 'Which column is which in odd.csv?' });
  await expect(form.getByRole('heading')).toBeFocused();
  await expect(form).toContainText('Choose the column with the name.');
  await expect(page.getByTestId('columns-send')).toBeDisabled();
  await form.getByLabel('Wer').selectOption('Name');
  await expect(form).toContainText('Choose the column with the phone number.');
  await form.getByLabel('Wohin').selectOption('Phone number');
  await page.getByTestId('columns-send').click();
  await finished(page);
  await expect(page.getByTestId('upload-succeeded')).toHaveText('1');
  await expect(page.getByTestId('upload-form')).toContainText('Left out: Notiz.');
  await expect(form).toHaveCount(0);
  await consoleLines.expectOnlyFailedDials(1);
});

test('of two columns that could be one, the page asks for the one that is meant', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  await dropFile(page, 'two.csv', 'Name,Phone,Telephone\nMara,12,+12025550117\n');
  await page.getByTestId('column-0').selectOption('Name');
  await page.getByTestId('column-1').selectOption('left out');
  await page.getByTestId('column-2').selectOption('Phone number');
  await page.getByTestId('columns-send').click();
  await finished(page);
  await expect(page.getByTestId('upload-succeeded')).toHaveText('1');
  await consoleLines.expectOnlyFailedDials(1);
});

test('a question about columns can be left, and nothing is imported', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  await dropFile(page, 'colours.csv', 'colour,size\nred,3\n');
  await page.getByTestId('columns').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByTestId('columns')).toHaveCount(0);
  await expect(page.getByTestId('upload')).toHaveCount(0);
  await consoleLines.expectOnlyFailedDials(1);
});

test('national numbers are taken for those of the country that was chosen', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  await page.getByTestId('import-country').selectOption('Germany');
  await dropFile(page, 'kunden.csv', 'Name;Telefon\nJörg Müller;030 901820\n');
  await finished(page);
  await expect(page.getByTestId('upload-succeeded')).toHaveText('1');
  await expect(page.getByTestId('upload-form')).toHaveText(
    'Read as UTF-8, semicolons between the columns, national numbers of Germany.',
  );
  await consoleLines.expectOnlyFailedDials();
});

test('a refused row names its contact and its cell, and all of them can be downloaded', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  await dropFile(page, 'spring.csv', 'Name,Phone\nMara Jensen,12\nTheo,+12025550117\n');
  await finished(page);
  const row = page.getByTestId('refused-row');
  await expect(row).toContainText('Mara Jensen: The phone number');
  await expect(row).toContainText('It says 12.');
  const started = page.waitForEvent('download');
  await page.getByTestId('refused-download').click();
  const download = await started;
  expect(download.suggestedFilename()).toBe('spring.refused.csv');
  expect(await readFile(await download.path(), 'utf8')).toContain('Mara Jensen');
  await consoleLines.expectOnlyFailedDials();
});

test('a finished import is there again after a reload, with its reasons', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  await dropFile(page, 'spring.csv', 'Name,Phone\nMara Jensen,12\nTheo,+12025550117\n');
  await finished(page);
  await page.reload();
  await finished(page);
  await expect(upload(page)).toContainText('spring.csv');
  await expect(page.getByTestId('upload-duration')).toHaveText(/\d+\.\d s/);
  await expect(page.getByTestId('refused-row')).toContainText('Mara Jensen');
  await consoleLines.expectOnlyFailedDials();
});

test('a file with a long name breaks nothing: its figures and reasons stay within the card', async ({
  page,
  world,
  consoleLines,
}) => {
  await signIn(page, world);
  const name = `${'kundenliste-fruehjahr-'.repeat(6)}.csv`;
  await dropFile(page, name, `Name,Phone\n${'M'.repeat(90)},${'9'.repeat(60)}\n`);
  await finished(page);
  await expect(page.getByTestId('refused-download')).toBeVisible();
  for (const width of [1440, 900, 360]) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = () =>
      page.evaluate(() => {
        const card = document.querySelector('[data-testid=import]');
        const right = card?.getBoundingClientRect().right ?? 0;
        const parts = [...(card?.querySelectorAll('*') ?? [])];
        const page = document.documentElement;
        return {
          page: page.scrollWidth - page.clientWidth,
          card: parts.filter((part) => part.getBoundingClientRect().right > right + 1).length,
        };
      });
    await expect.poll(overflow, `at ${width} pixels`).toEqual({ page: 0, card: 0 });
  }
  await consoleLines.expectOnlyFailedDials();
});

test.describe('an import that takes its time', () => {
  test.use({ serverOptions: { imports: { ...defaultOptions.imports, rowsPerSecond: 400 } } });
  const slow = (rows: number) =>
    ['Name,Phone,12', ...Array.from({ length: rows }, (_, row) => `Name ${row},${row}`)].join('\n');

  test('is followed on after a reload, by its name and with what it refused before', async ({
    page,
    world,
    consoleLines,
  }) => {
    await signIn(page, world);
    await dropFile(page, 'long.csv', slow(9000));
    await expect(page.getByTestId('refused-row').first()).toBeVisible();
    await page.reload();
    await expect(upload(page)).toHaveAttribute('data-state', 'running');
    await expect(upload(page)).toContainText('long.csv');
    await expect(page.getByTestId('refused-row').first()).toContainText('Row 2');
    await consoleLines.expectOnlyFailedDials();
  });

  test('lets the next file be sent when it has ended, and says so', async ({
    page,
    world,
    consoleLines,
  }) => {
    await signIn(page, world);
    // Under way on however slow a machine: that it has ended is only told.
    await dropFile(page, 'first.csv', slow(9000));
    await expect(upload(page)).toHaveAttribute('data-state', 'running');
    await dropFile(page, 'second.csv', 'Name,Phone\nTheo,+12025550117\n');
    await expect(page.getByTestId('import-refused')).toContainText('under way');
    const importId = await upload(page).getAttribute('data-import-id');
    world.panel.emit(world.user, 'import_complete', {
      ...{ importId, total: 9000, succeeded: 0, failed: 9000, durationMs: 22_500 },
    });
    await finished(page);
    await expect(page.getByTestId('import-refused')).toHaveCount(0);
    await expect(page.getByTestId('import-said')).toContainText('second.csv can be sent now');
    await consoleLines.expectOnlyFailedDials(1);
  });
});
