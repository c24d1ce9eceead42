// Every kind of close code that the policy tells apart, from a real server through a real browser: what the
// person sees, and whether anybody dials again.
import {
  expect,
  expectNotesOnce,
  expectOneLink,
  FAST,
  FAULT,
  openConnection,
  readStatus,
  sendNotes,
  statesSeen,
  test,
  waitForPhase,
} from './fixtures.js';

// Those that a server may send over the wire; 1006 and others that it may not are cut links.
const retried = [1000, 1001, 1002, 1003, 1007, 1009, 1010, 1011, 1012, 1013, 1014];
const retriedOfOthers = [3001, 3008, 4000, 4399, 4408, 4413, 4429, 4500, 4999];
const stopped = [
  [3003, 'forbidden'],
  [4400, 'closed_by_server'],
  [4403, 'forbidden'],
  [4404, 'closed_by_server'],
  [4409, 'replaced'],
  [4499, 'closed_by_server'],
] as const;

for (const [what, codes] of [
  ['of the protocol itself', retried],
  ['of applications', retriedOfOthers],
] as const) {
  test(
    `close codes ${what} that are dialled again: ${codes.join(', ')}`,
    FAULT,
    async ({ page, faulty: world }) => {
      await openConnection(page, world, { ...FAST, cacheToken: true });
      await waitForPhase(page, 'ready');
      for (const [at, code] of codes.entries()) {
        world.panel.close(world.user, code, '');
        await page.waitForFunction((seen) => window.harness.reconnections.length === seen, at + 1);
        expect(await readStatus(page)).toMatchObject({ phase: 'ready', error: null });
        // It could be about what went out just before, of which there is nothing.
        expect(world.proxy.dials).toHaveLength(at + 2);
      }
      await sendNotes(page, 2);
      await expectNotesOnce(page, world);
      await expectOneLink(page, world);
      const causes = await page.evaluate(() =>
        window.harness.logs.filter((line) => line.includes('ready -> waiting')).join('\n'),
      );
      for (const code of codes) expect(causes).toContain(String(code));
      expect(new Set(await statesSeen(page))).toEqual(
        new Set(['connecting', 'connected', 'reconnecting']),
      );
    },
  );
}

for (const [code, error] of stopped) {
  test(
    `close ${code} ends in Disconnected with a Retry that works`,
    FAULT,
    async ({ page, faulty: world }) => {
      await openConnection(page, world, FAST);
      await waitForPhase(page, 'ready');
      world.panel.close(world.user, code, 'because');
      await waitForPhase(page, 'refused');
      expect(await readStatus(page)).toMatchObject({
        state: 'disconnected',
        reason: 'refused',
        error: { kind: error },
        canRetry: true,
        nextRetryAt: null,
      });
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      await sendNotes(page, 2);
      expect(world.proxy.dials).toHaveLength(1);
      await page.evaluate(() => window.harness.connection?.reconnect());
      await waitForPhase(page, 'ready');
      await expectNotesOnce(page, world);
      await expectOneLink(page, world);
    },
  );
}

for (const code of [1009, 4413]) {
  test(
    `close ${code} just after a note went out stops, since it would be refused again`,
    FAULT,
    async ({ page, faulty: world }) => {
      await openConnection(page, world, FAST);
      await waitForPhase(page, 'ready');
      await sendNotes(page, 1);
      await expect.poll(() => world.panel.stats(world.user).framesReceived['note']).toBe(1);
      world.panel.close(world.user, code, '');
      await waitForPhase(page, 'refused');
      expect(await readStatus(page)).toMatchObject({ error: { kind: 'message_too_big' } });
      await page.evaluate(() => window.harness.connection?.reconnect());
      await waitForPhase(page, 'ready');
    },
  );
}

for (const code of [1008, 3000, 4401]) {
  test(
    `close ${code} asks for a fresh token and dials once; a second one stops`,
    FAULT,
    async ({ page, faulty: world }) => {
      await openConnection(page, world, { ...FAST, cacheToken: true });
      await waitForPhase(page, 'ready');
      world.panel.close(world.user, code, '');
      await page.waitForFunction(() => window.harness.reconnections.length === 1);
      const asked = () =>
        page.evaluate(() => window.harness.tokenRequests.map((request) => request.forceRefresh));
      expect(await asked()).toEqual([false, true]);
      world.panel.close(world.user, code, '');
      await waitForPhase(page, 'refused');
      expect(await readStatus(page)).toMatchObject({ error: { kind: 'auth_rejected' } });
      expect(world.proxy.dials).toHaveLength(2);
      await page.evaluate(() => window.harness.connection?.tokenChanged());
      await waitForPhase(page, 'ready');
      await expectOneLink(page, world);
    },
  );
}
