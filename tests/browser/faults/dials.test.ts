// What happens to a dial: never answered, turned away, answered wrongly, opened and closed again. Notes that
// wait through it go once when a dial gets through.
import { traits } from '../engines/engine.js';
import {
  errorsSeen,
  expect,
  expectNotesOnce,
  expectOneLink,
  FAST,
  FAULT,
  HEAP_NOISE_BYTES,
  heapOf,
  openConnection,
  readStatus,
  sendNotes,
  statesSeen,
  test,
  waitForPhase,
} from './fixtures.js';

const failing = [
  ['never answer', 'an upgrade that is never answered', 'connect_timeout'],
  ['reset', 'a dial that is reset', 'network'],
  ['hang up', 'a server that accepts and closes at once', 'network'],
  ['answer nonsense', 'an answer that is no HTTP', 'network'],
  ['answer 401', 'an upgrade that is answered 401', 'network'],
  ['answer 403', 'an upgrade that is answered 403', 'network'],
  ['answer 404', 'an upgrade that is answered 404', 'network'],
  ['answer 426', 'an upgrade that is answered 426', 'network'],
  ['answer 431', 'an upgrade whose token is too long for its headers (431)', 'network'],
  ['answer 502', 'an upgrade that is answered 502', 'network'],
  ['answer 503', 'an upgrade that is answered 503', 'network'],
  ['select no subprotocol', 'a server that selects no subprotocol', 'network'],
  ['select another subprotocol', 'a server that selects a subprotocol of its own', 'network'],
  ['hang up once open', 'a link that is cut as soon as it is open', 'network'],
] as const;

for (const [dialFault, fault, error] of failing) {
  if (dialFault === 'select no subprotocol' && traits.opensWithoutSubprotocol) continue;
  test(
    `${fault}: Connecting, dialled again, and usable when it is over`,
    FAULT,
    async ({ tab, faulty: world }) => {
      world.proxy.dialsWill(dialFault);
      await openConnection(tab, world, { ...FAST, connectTimeoutMs: 1000 });
      await sendNotes(tab, 3);
      await tab.waitForFunction(() => (window.harness.connection?.status().attempt ?? 0) >= 2);
      const remedy = await tab.evaluate(() => window.harness.connection?.status().error?.remedy);
      expect(remedy).toMatch(error === 'network' ? /401, 403, 404 or 431/ : /connectTimeoutMs/);
      expect(world.panel.stats(world.user).framesReceived).toEqual({});
      const before = world.proxy.dials.length;
      world.proxy.dialsWill('pass');
      await waitForPhase(tab, 'ready');
      await expectNotesOnce(tab, world);
      await expectOneLink(tab, world);
      expect(world.proxy.dials.length).toBeGreaterThan(before);
      expect(await errorsSeen(tab)).toEqual([error]);
      expect(await statesSeen(tab)).toEqual(['connecting', 'connected']);
      expect(await tab.evaluate(() => window.harness.notes)).toHaveLength(3);
    },
  );
}

if (traits.opensWithoutSubprotocol) {
  test(
    'a server that selects no subprotocol: taken by this engine, and usable at once',
    FAULT,
    async ({ tab, faulty: world }) => {
      world.proxy.dialsWill('select no subprotocol');
      await openConnection(tab, world, FAST);
      await sendNotes(tab, 3);
      await waitForPhase(tab, 'ready');
      await expectNotesOnce(tab, world);
      await expectOneLink(tab, world);
      expect(world.proxy.dials).toHaveLength(1);
      expect(await errorsSeen(tab)).toEqual([]);
    },
  );
}

test(
  'three dials in a row that never opened ask once for a fresh token, since a 401 looks like any failure',
  FAULT,
  async ({ tab, faulty: world }) => {
    world.proxy.dialsWill('answer 401');
    await openConnection(tab, world, FAST);
    await tab.waitForFunction(() => window.harness.tokenRequests.length >= 6);
    world.proxy.dialsWill('pass');
    await waitForPhase(tab, 'ready');
    const asked = await tab.evaluate(() => window.harness.tokenRequests.map((r) => r.forceRefresh));
    expect(asked.slice(0, 6)).toEqual([false, false, false, true, false, false]);
    expect(asked.filter(Boolean)).toHaveLength(1);
  },
);

test(
  'a server that selects the token itself is taken, warned of once, and its choice shown nowhere',
  FAULT,
  async ({ tab, faulty: world }) => {
    world.proxy.dialsWill('select the token');
    await openConnection(tab, world, FAST);
    await waitForPhase(tab, 'ready');
    world.proxy.cutLinks();
    await expect.poll(() => world.proxy.dials.length).toBe(2);
    await expectOneLink(tab, world);
    const { logs, tokens } = await tab.evaluate(() => ({
      logs: window.harness.logs,
      tokens: window.harness.tokens,
    }));
    expect(logs.filter((line) => line.includes('token_echoed'))).toHaveLength(1);
    for (const token of tokens) expect(logs.join()).not.toContain(token.slice(-40));
  },
);

for (const [dialFault, fault, usable] of [
  ['close 1011 once open', 'before it is usable', false],
  ['close 1011 once greeted', 'as soon as it is usable', true],
] as const) {
  test(
    `ten links in a row that are closed ${fault}: the waits grow, and nothing is left of them`,
    FAULT,
    async ({ tab, faulty: world }) => {
      const backoff = { initialMs: 100, factor: 1.2, maxMs: 600_000, jitter: 0, maxAttempts: 1000 };
      world.proxy.dialsWill(dialFault);
      await openConnection(tab, world, { backoff });
      const waits = () =>
        tab.evaluate(() => window.harness.statuses.filter(({ phase }) => phase === 'waiting'));
      await expect.poll(async () => (await waits()).length).toBeGreaterThanOrEqual(2);
      const seen = (await waits()).map(({ attempt }) => attempt);
      const before = await heapOf(tab);
      await tab.waitForFunction(() => (window.harness.connection?.status().attempt ?? 0) >= 10);
      seen.push(...(await waits()).map(({ attempt }) => attempt));
      expect((await heapOf(tab)) - before).toBeLessThan(HEAP_NOISE_BYTES);
      // Opening proves nothing: no wait began anew. Those that passed while the heap was weighed are missing.
      expect(seen).toEqual([...seen].sort((one, other) => one - other));
      expect(new Set(seen).size).toBe(seen.length);
      world.proxy.dialsWill('pass');
      await tab.evaluate(() => window.harness.connection?.reconnect());
      await waitForPhase(tab, 'ready');
      await expectOneLink(tab, world);
      expect(world.proxy.dials.length).toBeGreaterThan(10);
      const { reconnections } = await tab.evaluate(() => ({
        reconnections: window.harness.reconnections.length,
      }));
      if (!(usable && traits.losesLastWords)) expect(reconnections > 0).toBe(usable);
    },
  );
}

test(
  'signing out while a dial is under way ends it, and nothing is dialled after it',
  FAULT,
  async ({ tab, faulty: world }) => {
    world.proxy.dialsWill('never answer');
    await openConnection(tab, world, { ...FAST, identity: world.user.id });
    await expect.poll(() => world.proxy.dials.length).toBe(1);
    await sendNotes(tab, 2);
    await tab.evaluate(() => window.harness.connection?.setIdentity(null));
    await tab.waitForFunction(() => !window.harness.notes.includes(null));
    expect(await tab.evaluate(() => window.harness.notes)).toEqual([
      'identity_changed',
      'identity_changed',
    ]);
    expect(await readStatus(tab)).toMatchObject({ phase: 'idle', reason: 'signed_out' });
    world.proxy.dialsWill('pass');
    await tab.evaluate((user) => window.harness.switchUser(user), world.user.id);
    await waitForPhase(tab, 'ready');
    await expectOneLink(tab, world);
    expect(world.proxy.dials).toHaveLength(2);
    expect(world.proxy.heard(/^note$/)).toEqual([]);
  },
);
