// The timeline: what it draws, what it says, and that it draws nothing while nobody can see it.
import type { Page } from '@playwright/test';
import { signIn } from './support/desk.js';
import { expect, test, type World } from './support/fixtures.js';

test.use({ site: 'demo' });

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

/**
 * The states whose colour is on the canvas in the strip along its bottom, by the legend's swatches.
 * Strokes over a band leave its own colour in between.
 */
function drawnStates(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=timeline] canvas');
    if (!canvas) return [];
    // A copy: reading from the page's own canvas would change how the browser keeps it.
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext('2d', { willReadFrequently: true });
    if (!context) return [];
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set<string>();
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] === 255) colours.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`);
    }
    return [...document.querySelectorAll<HTMLElement>('[data-swatch]')]
      .filter((swatch) => colours.has(getComputedStyle(swatch).backgroundColor))
      .map((swatch) => swatch.dataset['swatch'] ?? '');
  });
}

/** Cuts the link, and waits until the page is back and has said what it wants to hear. */
async function dropAndReturn(world: World): Promise<void> {
  const subscribed = () => world.panel.stats(world.user).framesReceived['subscribe'] ?? 0;
  await expect.poll(subscribed).toBe(1);
  world.panel.drop(world.user);
  await expect.poll(subscribed).toBe(2);
}

/** From here on every drawing of a chart is counted. */
async function countDrawings(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const counted = window as unknown as { drawings: number };
    counted.drawings = 0;
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      counted.drawings += 1;
      clearRect.apply(this, box);
    };
  });
  return () => page.evaluate(() => (window as unknown as { drawings: number }).drawings);
}

test('a band for each state that the connection went through is drawn', async ({ page, world }) => {
  await signIn(page, world, {
    backoff: { initialMs: 600, maxMs: 600, jitter: 0, maxAttempts: 2, slowProbeMs: 0 },
  });
  await expect.poll(() => drawnStates(page)).toContain('connected');
  expect(await drawnStates(page)).not.toContain('reconnecting');
  world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
  world.panel.drop(world.user);
  await expect.poll(() => drawnStates(page)).toContain('reconnecting');
  await expect(page.getByTestId('connection-state')).toHaveText('disconnected');
  world.panel.heal(world.user);
  await page.getByTestId('network-retry').click();
  await expect(page.getByTestId('connection-state')).toHaveText('connected');
  await expect
    .poll(async () => (await drawnStates(page)).filter((state) => state !== 'round-trip'))
    .toEqual(['connected', 'connecting', 'reconnecting', 'disconnected']);
});

test('a round trip is measured, drawn and told', async ({ page, world }) => {
  await signIn(page, world);
  await expect(page.getByTestId('connection-rtt')).toHaveText('not yet');
  // Coming online is a reason to probe; two round trips make a line.
  for (const _ of [1, 2]) {
    const pings = world.panel.stats(world.user).framesReceived['ping'] ?? 0;
    await expect
      .poll(async () => {
        await page.evaluate(() => window.dispatchEvent(new Event('online')));
        return world.panel.stats(world.user).framesReceived['ping'] ?? 0;
      })
      .toBeGreaterThan(pings);
  }
  await expect(page.getByTestId('connection-rtt')).toHaveText(/\d ms/);
  await expect.poll(() => drawnStates(page)).toContain('round-trip');
  await expect(page.getByTestId('timeline-readout')).toContainText(/round trip .* ms/);
});

test('the same is there in words, with causes, for those who do not see the chart', async ({
  page,
  world,
}) => {
  await signIn(page, world, { backoff: { initialMs: 100 } });
  await dropAndReturn(world);
  await page.getByTestId('connection-history').locator('summary').click();
  const list = page.getByRole('list', { name: /Transitions with their causes/ });
  const trouble = list.locator('[data-state=reconnecting]');
  await expect(trouble.filter({ hasText: 'waiting, attempt 1' })).toContainText('link lost');
  await expect(trouble.filter({ hasText: 'dialling, attempt 1' })).toBeVisible();
  await expect(list.getByTestId('transition').first()).toContainText('Live');
});

test('arrow keys walk through the moments and say what happened then', async ({ page, world }) => {
  await signIn(page, world, { backoff: { initialMs: 100 } });
  await dropAndReturn(world);
  await expect(page.getByTestId('event-count-connected')).toHaveAttribute('data-count', '2');
  const chart = page.getByRole('slider', { name: /Timeline of the connection/ });
  const readout = page.getByTestId('timeline-readout');
  await chart.focus();
  await expect(readout).toContainText('Now');
  await page.keyboard.press('Home');
  await expect(readout).toContainText(/^At /);
  await expect(chart).toHaveAttribute('aria-valuenow', '0');
  // The chart goes on, and what was chosen stays chosen.
  const drawings = await countDrawings(page);
  await expect.poll(drawings).toBeGreaterThan(2);
  await expect(chart).toHaveAttribute('aria-valuenow', '0');
  await page.keyboard.press('End');
  const last = Number(await chart.getAttribute('aria-valuemax'));
  await expect(chart).toHaveAttribute('aria-valuenow', String(last));
  await expect(chart).toHaveAttribute('aria-valuetext', /Live/);
  await page.keyboard.press('ArrowLeft');
  await expect(chart).toHaveAttribute('aria-valuenow', String(last - 1));
  await expect(chart).toHaveAttribute('aria-valuetext', /Reconnecting, dialling, attempt 1/);
  await chart.blur();
  await expect(readout).toContainText('Now');
});

test('pointing at the chart says what was there', async ({ page, world }) => {
  await signIn(page, world);
  await expect.poll(() => drawnStates(page)).toContain('connected');
  await page.getByTestId('timeline').hover({ position: { x: 80, y: 60 } });
  await expect(page.getByTestId('timeline-readout')).toContainText(/^At /);
  await page.getByTestId('events').hover();
  await expect(page.getByTestId('timeline-readout')).toContainText('Now');
});

test('out of sight nothing is drawn, and in sight again what was missed is there', async ({
  page,
  world,
}) => {
  await page.setViewportSize({ width: 1280, height: 500 });
  await signIn(page, world, { backoff: { initialMs: 100 } });
  await expect.poll(() => drawnStates(page)).toContain('connected');
  const drawings = await countDrawings(page);
  await expect.poll(drawings).toBeGreaterThan(0);
  const chart = page.getByTestId('timeline');
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await expect(chart).not.toBeInViewport();
  // The page's own observer hears of it within a frame or two of this one.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  const before = await drawings();
  await dropAndReturn(world);
  world.panel.emit(world.user, 'call_update', { callId: 'c1', status: 'busy' });
  await expect(page.getByTestId('event-count-call_update')).toHaveAttribute('data-count', '1');
  expect(await drawings()).toBe(before);
  await chart.scrollIntoViewIfNeeded();
  await expect.poll(() => drawnStates(page)).toContain('reconnecting');
});
