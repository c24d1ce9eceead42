// Every shared case, through the WebAssembly module as a browser runs it.
import { readFileSync } from 'node:fs';
import { expect, test } from './support/fixtures.js';

for (const [name, file] of [
  ['endpoint', 'endpoint'],
  ['backoff', 'backoff'],
  ['close_policy', 'close_policy'],
  ['frames', 'frames'],
  ['frames_strict', 'frames'],
] as const) {
  test(`the cases of ${file}.json hold in the page (${name})`, async ({ page, world }) => {
    const path = new URL(`../vectors/${file}.json`, import.meta.url);
    const cases: readonly unknown[] = JSON.parse(readFileSync(path, 'utf8'));
    expect(cases.length).toBeGreaterThan(0);
    await page.clock.install();
    await page.exposeFunction('advanceClock', (ms: number) => page.clock.runFor(ms));
    await page.goto(world.url);
    await page.waitForFunction(() => 'runVectors' in window);
    // From here on time stands still unless it is advanced.
    await page.clock.pauseAt(Date.now() + 60_000);
    // Long waits of thousands of attempts are beyond a page's patience and are run in Node.
    const affordable = cases.filter((each) => ((each as { attempt?: number }).attempt ?? 0) <= 40);
    expect(
      await page.evaluate(([which, given]) => window.runVectors(which, given), [
        name,
        affordable,
      ] as const),
    ).toEqual([]);
  });
}
