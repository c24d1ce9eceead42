// The page around the connection: its policy, its life, its mistakes.
import {
  expect,
  FAULT,
  openConnection,
  readStatus,
  test,
  waitForPhase,
} from './support/fixtures.js';

test('a page whose policy allows nothing but its own scripts and WebAssembly works', async ({
  page,
  world,
  consoleLines,
}) => {
  const response = await page.goto(world.url);
  expect(response?.headers()['content-security-policy']).toContain(
    "script-src 'self' 'wasm-unsafe-eval'",
  );
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  await consoleLines.expectOnlyFailedDials();
});

test('the module is asked for without waiting for the rest of the package, and once', async ({
  page,
  world,
}) => {
  let asked = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('keepline.wasm')) asked += 1;
  });
  const module = page.waitForRequest(/keepline\.wasm$/);
  await page.route(/live\.js$/, async (route) => {
    await module;
    await route.continue();
  });
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  expect(asked).toBe(1);
});

test('the package works in a dedicated worker', async ({ page, world }) => {
  await page.goto(world.url);
  await page.evaluate(
    (user) =>
      new Promise<void>((resolve) => {
        const worker = new Worker('/worker.js', { type: 'module' });
        worker.onmessage = async ({ data }) => {
          if ('wantsToken' in data) {
            const response = await fetch('/dev/token', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ user }),
            });
            worker.postMessage((await response.json()).token);
          }
          if (data.event === 'connected') resolve();
        };
      }),
    world.user.id,
  );
  expect(world.panel.stats(world.user).openSockets).toBe(1);
});

test(
  'a dial that the policy blocks ends in refused with the directive named in the remedy',
  FAULT,
  async ({ tab, world }) => {
    await openConnection(tab, world, { url: 'wss://elsewhere.example/ws' });
    await waitForPhase(tab, 'refused');
    expect(await readStatus(tab)).toMatchObject({ error: { kind: 'endpoint_blocked' } });
    // Loaded when something has gone wrong.
    await tab.waitForFunction(() =>
      window.harness.connection?.status().error?.remedy.includes('connect-src'),
    );
  },
);

test('a page without WebAssembly in its policy says so at once, and promises no retry', async ({
  page,
  world,
}) => {
  await page.route(world.url, async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'content-security-policy': "script-src 'self'" };
    await route.fulfill({ response, headers });
  });
  await openConnection(page, world);
  await page.waitForFunction(() => window.harness.connection?.status().state === 'disconnected');
  expect(await readStatus(page)).toMatchObject({
    phase: 'loading',
    nextRetryAt: null,
    canRetry: false,
    error: { kind: 'wasm_unavailable' },
  });
});

test('disconnect() is final for page signals, and connect() begins again', async ({
  page,
  dials,
  world,
  consoleLines,
}) => {
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  await page.evaluate(() => window.harness.connection?.disconnect());
  await waitForPhase(page, 'closed');
  expect(await readStatus(page)).toMatchObject({
    reason: 'application',
    canRetry: false,
  });
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => dials.urls.length).toBe(1);
  await page.evaluate(() => window.harness.connection?.connect());
  await waitForPhase(page, 'ready');
  await consoleLines.expectOnlyFailedDials();
});

test('dispose() leaves no socket and refuses what comes after', async ({
  page,
  dials,
  world,
  consoleLines,
}) => {
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  const outcome = await page.evaluate(async () => {
    const { connection } = window.harness;
    connection?.dispose();
    connection?.reconnect();
    return connection?.send('note').then(
      () => 'sent',
      (error: unknown) => (error as { kind: string }).kind,
    );
  });
  expect(outcome).toBe('disconnected');
  await expect.poll(() => world.panel.stats(world.user).openSockets).toBe(0);
  await expect.poll(() => dials.urls.length).toBe(1);
  await consoleLines.expectOnlyFailedDials();
});

test('bad input is named with a remedy, and the connection stays as it was', async ({
  page,
  world,
  consoleLines,
}) => {
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  const problems = await page.evaluate(() =>
    [
      { backoff: { jitter: 2 } },
      { backoff: { initialMs: 50_000 } },
      { heartbeat: { format: 'xml' } },
      { connectTimeoutMs: '15' },
      { maxMessageBytes: Number.NaN },
      { getToken: 'a token' },
      { subprotocols: 7 },
      { conectTimeoutMs: 1000 },
    ].map((options) => window.harness.tryOptions(options)),
  );
  for (const problem of problems) {
    expect(problem).toMatchObject({ kind: 'option_invalid' });
    expect(problem?.message.length).toBeGreaterThan(10);
    expect(String(problem?.remedy).length).toBeGreaterThan(10);
  }
  const sends = await page.evaluate(async () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const outcomes: string[] = [];
    for (const data of [cycle, 10n, () => 1, 'x'.repeat(2_000_000)]) {
      await window.harness.connection?.send('note', data).then(
        () => outcomes.push('sent'),
        (error: unknown) => outcomes.push((error as { kind: string }).kind),
      );
    }
    return outcomes;
  });
  expect(sends).toEqual(['not_serialisable', 'not_serialisable', 'not_serialisable', 'too_big']);
  expect(await readStatus(page)).toMatchObject({ phase: 'ready' });
  const receipt = await page.evaluate(() =>
    window.harness.connection?.send('note', { fine: true }),
  );
  expect(receipt?.sentAt).toBeGreaterThan(0);
  await expect.poll(() => world.panel.stats(world.user).framesReceived['note'] ?? 0).toBe(1);
  await consoleLines.expectOnlyFailedDials();
});

for (const [name, options, kind] of [
  ['a fragment in the path', { path: '/ws#there' }, 'endpoint_invalid'],
  ['an unknown scheme', { url: 'ftp://example.com/ws' }, 'endpoint_invalid'],
  ['an insecure address in production', { url: 'ws://crm.example.com/ws' }, 'insecure_endpoint'],
] as const) {
  test(`${name} is refused before a token is asked for`, async ({ page, dials, world }) => {
    await openConnection(page, world, options);
    await waitForPhase(page, 'refused');
    expect(await readStatus(page)).toMatchObject({ error: { kind }, endpoint: null });
    expect(await page.evaluate(() => window.harness.tokenRequests.length)).toBe(0);
    await expect.poll(() => dials.urls.length).toBe(0);
  });
}
