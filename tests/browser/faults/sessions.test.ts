// Who is there, and how many: keys that are rotated under a live token, a user who changes, ten tabs.

import { defaultOptions } from '../../../web-demo/server/options.js';
import { Client } from '../../server/support/client.js';
import {
  expect,
  expectNotesOnce,
  expectOneLink,
  FAST,
  FAULT,
  openConnection,
  sendNotes,
  statesSeen,
  test,
  waitForPhase,
} from './fixtures.js';

test.describe('an issuer that may be asked for its keys at any time', () => {
  // How long a server waits before it asks again is measured where the server is tested.
  test.use({ serverOptions: { jwks: { ...defaultOptions.jwks, cooldownMs: 0 } } });

  test(
    'keys that are rotated under a live token: the link stays, and the next dial is renewed once',
    FAULT,
    async ({ tab, faulty: world }) => {
      await openConnection(tab, world, { ...FAST, cacheToken: true });
      await waitForPhase(tab, 'ready');
      await fetch(`${world.server.url}/dev/issuer/rotate-keys`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      // Somebody comes with the new key, and the server forgets the old one.
      const issued = await world.server.issuer?.issue(world.user);
      const other = Client.withToken(world.server.url, issued?.token ?? '');
      expect((await other.next())['type']).toBe('connected');
      other.socket.terminate();
      await sendNotes(tab, 1);
      await expectNotesOnce(tab, world);
      expect(world.proxy.dials).toHaveLength(1);
      world.proxy.cutLinks();
      await tab.waitForFunction(() => window.harness.reconnections.length === 1);
      await sendNotes(tab, 1);
      await expectNotesOnce(tab, world);
      await expectOneLink(tab, world);
      const asked = await tab.evaluate(() =>
        window.harness.tokenRequests.map((r) => r.forceRefresh),
      );
      expect(asked).toEqual([false, false, true]);
      expect(world.proxy.dials).toHaveLength(3);
      expect(await statesSeen(tab)).toEqual([
        'connecting',
        'connected',
        'reconnecting',
        'connected',
      ]);
    },
  );
});

test(
  'ten tabs of one user: ten links, all back after a restart, and each event once in each',
  FAULT,
  async ({ tab: first, openTab, faulty: world }) => {
    const tabs = [first];
    while (tabs.length < 10) tabs.push(await openTab());
    for (const tab of tabs) await openConnection(tab, world, { ...FAST, cacheToken: true });
    for (const tab of tabs) await waitForPhase(tab, 'ready');
    expect(world.proxy.openLinks).toHaveLength(10);
    world.proxy.dialsWill('answer 503');
    world.proxy.cutLinks();
    for (const tab of tabs) {
      await tab.waitForFunction(() => (window.harness.connection?.status().attempt ?? 0) >= 1);
    }
    world.proxy.dialsWill('pass');
    for (const tab of tabs) {
      await tab.waitForFunction(() => window.harness.reconnections.length === 1);
    }
    await expect.poll(() => world.panel.stats(world.user).openSockets).toBe(10);
    expect(world.proxy.openLinks).toHaveLength(10);
    world.panel.emit(world.user, 'new_call', { callId: 'c1' });
    for (const tab of tabs) {
      await tab.waitForFunction(() => window.harness.events.at(-1)?.type === 'new_call');
      const calls = await tab.evaluate(
        () => window.harness.events.filter(({ type }) => type === 'new_call').length,
      );
      expect(calls).toBe(1);
    }
  },
);
