// What a session goes through besides trouble: a heartbeat, another user, a server that stops.
import { findDevelopmentUser } from '../../web-demo/server/development-users.js';
import {
  expect,
  FAULT,
  openConnection,
  readStatus,
  sendNotes,
  test,
  waitForPhase,
} from './faults/fixtures.js';

test.afterEach(async ({ consoleLines }) => {
  await consoleLines.expectOnlyFailedDials();
});

test.describe('a server that knows nothing of `connected`', () => {
  test.use({ serverOptions: { sendConnected: false } });

  test('is sent a ping every 30 s and answers each, as the debug log says', async ({
    page,
    world,
  }) => {
    test.skip(world.host === 'worker', 'a page whose clock is moved has workers with the real one');
    await page.clock.install();
    await openConnection(page, world, { helloTimeoutMs: 0 });
    await expect.poll(async () => (await readStatus(page)).phase).toBe('ready');
    const lines = () =>
      page.evaluate(() => window.harness.logs.filter((line) => /^debug p[io]ng$/.test(line)));
    const beat = ['debug ping', 'debug pong'];
    // A link that has said nothing is asked two seconds after it opened, and keeps that beat.
    await page.clock.runFor(2000);
    await expect.poll(lines).toEqual(beat);
    for (let beats = 2; beats <= 4; beats += 1) {
      await page.clock.runFor(29_000);
      expect(await lines()).toHaveLength(beat.length * (beats - 1));
      await page.clock.runFor(1000);
      await expect.poll(lines).toEqual(Array.from({ length: beats }, () => beat).flat());
    }
    expect(world.panel.stats(world.user).framesReceived['ping']).toBe(4);
  });
});

test(
  'another user gets nothing of what the former one had queued',
  FAULT,
  async ({ tab, faulty: world }) => {
    const other = findDevelopmentUser(`${world.user.id}-other`);
    if (!other) throw new Error('the development server has no such guest');
    await openConnection(tab, world, { identity: world.user.id });
    await waitForPhase(tab, 'ready');
    world.panel.refuse(world.user, Number.POSITIVE_INFINITY);
    world.panel.drop(world.user);
    await waitForPhase(tab, 'waiting');
    await sendNotes(tab, 1);
    await tab.waitForFunction(
      () => (window.harness.connection?.metrics().queued.messages ?? 0) > 0,
    );
    await tab.evaluate((user) => window.harness.switchUser(user), other.id);
    await tab.waitForFunction(() => window.harness.notes[0] === 'identity_changed');
    await waitForPhase(tab, 'ready');
    await sendNotes(tab, 1);
    await expect.poll(() => world.panel.stats(other).framesReceived['note'] ?? 0).toBe(1);
    expect(world.panel.stats(world.user).framesReceived['note'] ?? 0).toBe(0);
    const greeted = await tab.evaluate(() =>
      window.harness.events
        .filter(({ type }) => type === 'connected')
        .map(({ data }) => (data as { userId: string }).userId),
    );
    expect(greeted).toEqual([world.user.user, other.user]);
  },
);

test('a server that stops sends its pages away over a spread', async ({ tab, world }) => {
  await openConnection(tab, world);
  await waitForPhase(tab, 'ready');
  await world.server.close();
  await waitForPhase(tab, 'waiting');
  const { nextRetryAt, error } = await readStatus(tab);
  expect(error).toEqual({ kind: 'restarting' });
  const lost = await tab.evaluate(() =>
    window.harness.connection
      ?.diagnostics()
      .transitions.find(({ from, to }) => from === 'ready' && to === 'waiting'),
  );
  expect(lost?.cause).toContain('1012');
  // Half a second and a spread of five, from a first wait of one second on.
  const delay = nextRetryAt - (lost?.at ?? 0);
  expect(delay).toBeGreaterThanOrEqual(1000);
  expect(delay).toBeLessThanOrEqual(6000);
});
