// Every kind of close code that the policy tells apart, from a real server through a real browser: what the
// person sees, and whether anybody dials again.
import { traits } from '../engines/engine.js';
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
    async ({ tab, faulty: world }) => {
      await openConnection(tab, world, { ...FAST, cacheToken: true });
      await waitForPhase(tab, 'ready');
      for (const [at, code] of codes.entries()) {
        world.panel.close(world.user, code, '');
        await tab.waitForFunction((seen) => window.harness.reconnections.length === seen, at + 1);
        expect(await readStatus(tab)).toMatchObject({ phase: 'ready', error: null });
        // It could be about what went out just before, of which there is nothing.
        expect(world.proxy.dials).toHaveLength(at + 2);
      }
      await sendNotes(tab, 2);
      await expectNotesOnce(tab, world);
      await expectOneLink(tab, world);
      const causes = await tab.evaluate(() =>
        window.harness.logs.filter((line) => line.includes('ready -> waiting')).join('\n'),
      );
      for (const code of codes) {
        const told = traits.hiddenCloseCodes.includes(code) ? 1006 : code;
        expect(causes).toContain(String(told));
      }
      expect(new Set(await statesSeen(tab))).toEqual(
        new Set(['connecting', 'connected', 'reconnecting']),
      );
    },
  );
}

for (const [code, error] of stopped) {
  test(
    `close ${code} ends in Disconnected with a Retry that works`,
    FAULT,
    async ({ tab, faulty: world }) => {
      await openConnection(tab, world, FAST);
      await waitForPhase(tab, 'ready');
      world.panel.close(world.user, code, 'because');
      await waitForPhase(tab, 'refused');
      expect(await readStatus(tab)).toMatchObject({
        state: 'disconnected',
        reason: 'refused',
        error: { kind: error },
        canRetry: true,
        nextRetryAt: null,
      });
      await tab.evaluate(() => window.dispatchEvent(new Event('online')));
      await sendNotes(tab, 2);
      expect(world.proxy.dials).toHaveLength(1);
      await tab.evaluate(() => window.harness.connection?.reconnect());
      await waitForPhase(tab, 'ready');
      await expectNotesOnce(tab, world);
      await expectOneLink(tab, world);
    },
  );
}

for (const code of [1009, 4413]) {
  test(
    `close ${code} just after a note went out stops, since it would be refused again`,
    FAULT,
    async ({ tab, faulty: world }) => {
      await openConnection(tab, world, FAST);
      await waitForPhase(tab, 'ready');
      await sendNotes(tab, 1);
      await expect.poll(() => world.panel.stats(world.user).framesReceived['note']).toBe(1);
      world.panel.close(world.user, code, '');
      await waitForPhase(tab, 'refused');
      expect(await readStatus(tab)).toMatchObject({ error: { kind: 'message_too_big' } });
      await tab.evaluate(() => window.harness.connection?.reconnect());
      await waitForPhase(tab, 'ready');
    },
  );
}

for (const code of [1008, 3000, 4401]) {
  test(
    `close ${code} asks for a fresh token and dials once; a second one stops`,
    FAULT,
    async ({ tab, faulty: world }) => {
      await openConnection(tab, world, { ...FAST, cacheToken: true });
      await waitForPhase(tab, 'ready');
      world.panel.close(world.user, code, '');
      await tab.waitForFunction(() => window.harness.reconnections.length === 1);
      const asked = () =>
        tab.evaluate(() => window.harness.tokenRequests.map((request) => request.forceRefresh));
      expect(await asked()).toEqual([false, true]);
      world.panel.close(world.user, code, '');
      await waitForPhase(tab, 'refused');
      expect(await readStatus(tab)).toMatchObject({ error: { kind: 'auth_rejected' } });
      expect(world.proxy.dials).toHaveLength(2);
      await tab.evaluate(() => window.harness.connection?.tokenChanged());
      await waitForPhase(tab, 'ready');
      await expectOneLink(tab, world);
    },
  );
}
