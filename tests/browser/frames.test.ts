// Frames on their way through the real module in a real browser: what is delivered, what is not.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, openConnection, test, waitForPhase } from './support/fixtures.js';

interface FrameCase {
  readonly frame: string;
  readonly event?: { readonly type: string; readonly strict: 'valid' | 'invalid' };
  readonly control?: string;
  readonly malformed?: boolean;
}

const cases: readonly FrameCase[] = JSON.parse(
  readFileSync(new URL('../vectors/frames.json', import.meta.url), 'utf8'),
);
const countMalformed = (page: Page) =>
  page.evaluate(() => window.harness.connection?.metrics().malformed ?? 0);

/** Ends a series: what comes before it has been dealt with when it arrives. */
const LAST = '{"type":"that-was-all"}';

// Frames that are made up bear numbers of no log: on a link that follows one they would be repetitions.
test.use({ serverOptions: { features: ['subscribe', 'reauth'] } });

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

for (const validate of ['off', 'strict'] as const) {
  for (const kind of ['text', 'binary'] as const) {
    test(`every shared frame as ${kind}, validate ${validate}`, async ({ page, world }) => {
      expect(cases.length).toBeGreaterThan(50);
      await openConnection(page, world, { validate });
      await waitForPhase(page, 'ready');
      await page.evaluate(() => window.harness.events.splice(0));
      const before = await countMalformed(page);
      const delivered: string[] = [];
      const emit = (frame: string) =>
        world.panel.emitRaw(world.user, kind === 'text' ? frame : Buffer.from(frame));
      const takeDelivered = async () => {
        emit(LAST);
        await page.waitForFunction(() => window.harness.events.at(-1)?.type === 'that-was-all');
        const types = await page.evaluate(() => window.harness.events.splice(0).map((e) => e.type));
        delivered.push(...types.slice(0, -1));
      };
      for (const { frame, control } of cases) {
        // It names another user: what the former one was still to be told is not told any more.
        if (control === 'connected') await takeDelivered();
        emit(frame);
      }
      await takeDelivered();
      const wanted = cases
        .filter(({ event }) => event && (validate === 'off' || event.strict === 'valid'))
        .map(({ event }) => event?.type);
      expect(delivered).toEqual(wanted);
      const malformed = cases.filter((each) => each.malformed).length;
      await expect.poll(() => countMalformed(page)).toBe(before + malformed);
      expect(await page.evaluate(() => window.harness.connection?.status().phase)).toBe('ready');
    });
  }
}

test('a binary frame that is not UTF-8 is counted, and a frame over the limit too', async ({
  page,
  world,
}) => {
  await openConnection(page, world, { maxMessageBytes: 4096 });
  await waitForPhase(page, 'ready');
  await page.evaluate(() => window.harness.events.splice(0));
  world.panel.emitRaw(
    world.user,
    Buffer.from([...Buffer.from('{"type":"a","data":"'), 0xff, 0x22, 0x7d]),
  );
  world.panel.emitRaw(world.user, `{"type":"a","data":"${'x'.repeat(5000)}"}`);
  world.panel.emitRaw(world.user, `{"type":"a","data":"${'é'.repeat(2100)}"}`);
  world.panel.emitRaw(world.user, `{"type":"a","data":"${'é'.repeat(2000)}"}`);
  world.panel.emitRaw(world.user, LAST);
  await page.waitForFunction(() =>
    window.harness.events.some(({ type }) => type === 'that-was-all'),
  );
  expect(await page.evaluate(() => window.harness.events.map(({ type }) => type))).toEqual([
    'a',
    'that-was-all',
  ]);
  await expect.poll(() => countMalformed(page)).toBe(3);
});

test('what nobody subscribed to is dropped on its head, and a type in the tail of a long frame is found', async ({
  page,
  world,
}) => {
  await openConnection(page, world, {}, ['import_*', 'late']);
  await waitForPhase(page, 'ready');
  world.panel.emitRaw(world.user, '{"type":"new_call","data":{"callId":"c"}}');
  world.panel.emitRaw(world.user, '{"type":"import_error","data":{"importId":"i","message":"m"}}');
  world.panel.emitRaw(world.user, `{"data":"${'x'.repeat(2000)}","type":"late","seq":9}`);
  await page.waitForFunction(() => window.harness.events.length === 2);
  expect(
    await page.evaluate(() => window.harness.events.map(({ type, seq }) => [type, seq ?? null])),
  ).toEqual([
    ['import_error', null],
    ['late', 9],
  ]);
});
