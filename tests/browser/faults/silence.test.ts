// Who says nothing: a proxy that passes the upgrade and swallows every frame, and servers that speak no
// protocol of ours. A page must not be told "Live" of the first, nor wait for the others.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Tab } from '../engines/engine.js';
import {
  errorsSeen,
  expect,
  expectNotesOnce,
  expectOneLink,
  FAST,
  FAULT,
  openConnection,
  sendNotes,
  test,
  waitForPhase,
  waitForState,
} from './fixtures.js';

const isUnproven = (tab: Tab, wanted: boolean) =>
  tab.waitForFunction((unproven) => {
    const status = window.harness.connection?.status();
    return status?.state === 'connected' && status.unproven === unproven;
  }, wanted);

test(
  'a proxy that passes the first upgrade and swallows every frame: connected, and said to be unproven',
  FAULT,
  async ({ tab, faulty: world }) => {
    world.proxy.dialsWill('swallow every frame');
    const heartbeat = { timeoutMs: 1000 };
    await openConnection(tab, world, { ...FAST, heartbeat, helloTimeoutMs: 100 });
    await isUnproven(tab, true);
    expect(await tab.evaluate(() => window.harness.events)).toEqual([]);
    world.proxy.dialsWill('pass');
    world.proxy.cutLinks();
    await isUnproven(tab, false);
    await expectOneLink(tab, world);
    const heard = () =>
      tab.evaluate(() => window.harness.events.some(({ type }) => type === 'connected'));
    await expect.poll(heard).toBe(true);
  },
);

test(
  'a proxy that begins to swallow every frame: the greeting that this server owes is waited for, and nothing is called connected',
  FAULT,
  async ({ tab, faulty: world }) => {
    await openConnection(tab, world, { ...FAST, connectTimeoutMs: 1000, helloTimeoutMs: 100 });
    await waitForPhase(tab, 'ready');
    world.proxy.dialsWill('swallow every frame');
    world.proxy.cutLinks();
    // What is sent before the page hears of the cut goes down with the link.
    await waitForState(tab, 'reconnecting');
    await sendNotes(tab, 2);
    await tab.waitForFunction(() => (window.harness.connection?.status().attempt ?? 0) >= 2);
    expect(await errorsSeen(tab)).toEqual(['network', 'connect_timeout']);
    const since = (states: readonly string[]) => states.slice(states.indexOf('reconnecting'));
    const states = await tab.evaluate(() => window.harness.statuses.map(({ state }) => state));
    expect(since(states)).not.toContain('connected');
    world.proxy.dialsWill('pass');
    world.proxy.cutLinks();
    await waitForPhase(tab, 'ready');
    await expectNotesOnce(tab, world);
    await expectOneLink(tab, world);
  },
);

test.describe('a plain server that says nothing first', () => {
  // Longer than the test may take: whoever still waited for a greeting would not get there.
  const patient = { ...FAST, helloTimeoutMs: 10_000, token: 'cookie' } as const;

  test(
    'is live as the socket opens, on the first link and on later ones, and hears at once what was queued',
    FAULT,
    async ({ tab, faulty: world }) => {
      const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
      const heard: string[] = [];
      const links: WebSocket[] = [];
      server.on('connection', (socket) => {
        links.push(socket);
        socket.on('message', (data) => heard.push(String(data)));
      });
      await once(server, 'listening');
      world.proxy.dialsGoTo((server.address() as AddressInfo).port);
      await openConnection(tab, world, patient);
      await sendNotes(tab, 1);
      const notes = () => heard.filter((text) => text.includes('"note"')).length;
      await expect.poll(notes).toBe(1);
      links[0]?.terminate();
      await tab.waitForFunction(() => window.harness.statuses.some(({ attempt }) => attempt === 1));
      await sendNotes(tab, 1);
      await expect.poll(notes).toBe(2);
      await waitForPhase(tab, 'ready');
      const took = await tab.evaluate(
        () => window.harness.connection?.metrics().timeToUsableMs ?? Number.NaN,
      );
      test.info().annotations.push({ type: 'usable after ms', description: String(took) });
      server.close();
      for (const link of links) link.terminate();
    },
  );
});
