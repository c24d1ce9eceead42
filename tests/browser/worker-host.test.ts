// A connection in a worker: what crosses to the page, what a page that stands still is told afterwards,
// and what becomes of a page that gets no worker.
import type { Page } from '@playwright/test';
import { findDevelopmentUser } from '../../web-demo/server/development-users.js';
import {
  expect,
  openConnection,
  readStatus,
  test,
  type World,
  waitForPhase,
} from './support/fixtures.js';

/** Events that are ready together leave in one turn of the loop; frames that are made up leave at once. */
const eventsLeft = () => new Promise<void>((resolve) => setImmediate(resolve));
const LAST = '{"type":"that-was-all"}';

const emitMany = (
  world: World,
  type: string,
  count: number,
  data = (n: number): object => ({ n }),
) => {
  for (let n = 0; n < count; n += 1) world.panel.emit(world.user, type, data(n));
};

async function waitForLast(page: Page): Promise<void> {
  await page.waitForFunction(() => window.harness.events.at(-1)?.type === 'that-was-all');
}

const numbersSeen = (page: Page, type: string) =>
  page.evaluate(
    (wanted) =>
      window.harness.events
        .filter((event) => event.type === wanted)
        .map(({ data }) => (data as { n: number }).n),
    type,
  );

/** The page's thread stands still, as under a long task, while `meanwhile` runs out here. */
async function standStill(page: Page, meanwhile: () => Promise<void>): Promise<void> {
  const dialog = page.waitForEvent('dialog');
  const stood = page.evaluate(() => alert('standing still'));
  const opened = await dialog;
  await meanwhile();
  await opened.accept();
  await stood;
}

const runsIn = (page: Page) =>
  page.evaluate(() => window.harness.connection?.diagnostics().host.runsIn);

test('a connection lives in a worker of its own, which goes with it', async ({
  page,
  world,
  consoleLines,
}) => {
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  expect(await runsIn(page)).toBe('worker');
  expect(page.workers()).toHaveLength(1);
  await page.evaluate(() => window.harness.connection?.dispose());
  await expect.poll(() => page.workers().length).toBe(0);
  await expect.poll(() => world.panel.stats(world.user).openSockets).toBe(0);
  await expect.poll(world.logged).toContain('"code":1000');
  await consoleLines.expectOnlyFailedDials();
});

test('a burst crosses in a few batches, and what nobody subscribed to does not cross', async ({
  page,
  world,
}) => {
  await page.addInitScript(() => {
    const crossed = { messages: 0, characters: 0 };
    Object.assign(window, { crossed });
    window.Worker = class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        this.addEventListener('message', ({ data }) => {
          crossed.messages += 1;
          crossed.characters += JSON.stringify(data).length;
        });
      }
    };
  });
  await openConnection(page, world, {}, ['wanted', 'that-was-all']);
  await waitForPhase(page, 'ready');
  for (let n = 0; n < 2000; n += 1) {
    world.panel.emit(world.user, 'unwanted', { padding: 'x'.repeat(200) });
    if (n % 4 === 0) world.panel.emit(world.user, 'wanted', { n });
  }
  await eventsLeft();
  world.panel.emitRaw(world.user, LAST);
  await waitForLast(page);
  expect(await numbersSeen(page, 'wanted')).toEqual(Array.from({ length: 500 }, (_, n) => 4 * n));
  const { messages, characters } = await page.evaluate(
    () => (window as unknown as { crossed: { messages: number; characters: number } }).crossed,
  );
  expect(messages).toBeLessThan(250);
  expect(characters).toBeLessThan(200_000);
});

test('a page that stands still is told everything afterwards, in order, and of a state the newest', async ({
  page,
  world,
}) => {
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  await standStill(page, async () => {
    emitMany(world, 'fact', 1500);
    emitMany(world, 'import_progress', 1500, (n) => ({ importId: `i${n % 2}`, n }));
    await eventsLeft();
    world.panel.emitRaw(world.user, LAST);
    // It has all of them once it answers the ping that came after them.
    world.panel.emitRaw(world.user, '{"type":"ping","id":"after"}');
    await expect
      .poll(() => world.panel.stats(world.user).framesReceived['pong'] ?? 0)
      .toBeGreaterThan(0);
  });
  await waitForLast(page);
  expect(await numbersSeen(page, 'fact')).toEqual(Array.from({ length: 1500 }, (_, n) => n));
  const states = await numbersSeen(page, 'import_progress');
  expect(states.slice(-2)).toEqual([1498, 1499]);
  expect(states.length).toBeLessThan(1500);
  await expect
    .poll(() => page.evaluate(() => window.harness.connection?.metrics().backlog))
    .toEqual({ events: 0, coalesced: 1500 - states.length, lost: 0 });
});

test.describe('a server that leaves the heartbeat to the page', () => {
  test.use({ serverOptions: { sendConnected: false } });

  test('is pinged on time while the page stands still', async ({ page, world }) => {
    await openConnection(page, world, { heartbeat: { intervalMs: 1000 } });
    await waitForPhase(page, 'ready');
    await standStill(page, async () => {
      const before = world.panel.stats(world.user).framesReceived['ping'] ?? 0;
      await expect
        .poll(() => world.panel.stats(world.user).framesReceived['ping'] ?? 0)
        .toBeGreaterThan(before + 2);
    });
    expect(await readStatus(page)).toMatchObject({ phase: 'ready' });
    expect(world.panel.stats(world.user).upgrades).toHaveLength(1);
  });
});

for (const [what, leave] of [
  ['disconnect()', () => window.harness.connection?.disconnect()],
  ['another user', () => window.harness.connection?.setIdentity('somebody else')],
  ['dispose()', () => window.harness.connection?.dispose()],
] as const) {
  test(`after ${what} nothing that was under way is handed over`, async ({ page, world }) => {
    await openConnection(page, world, { identity: world.user.id }, ['fact']);
    await waitForPhase(page, 'ready');
    await page.evaluate(() => {
      window.harness.connection?.subscribe('fact', ({ data }) => {
        if ((data as { n: number }).n === 7) (window as unknown as { leave(): void }).leave();
      });
    });
    await page.evaluate(`window.leave = ${leave}`);
    await standStill(page, async () => {
      emitMany(world, 'fact', 1000);
      await eventsLeft();
      world.panel.emitRaw(world.user, '{"type":"ping","id":"after"}');
      await expect
        .poll(() => world.panel.stats(world.user).framesReceived['pong'] ?? 0)
        .toBeGreaterThan(0);
    });
    await page.waitForFunction(() => window.harness.events.length >= 8);
    // Another round trip to the worker, for whatever might still come.
    await page.evaluate(() => window.harness.connection?.metrics());
    expect(await numbersSeen(page, 'fact')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
}

for (const [what, leave, phase] of [
  ['disconnect()', () => window.harness.connection?.disconnect(), 'closed'],
  ['signing out', () => window.harness.connection?.setIdentity(null), 'idle'],
] as const) {
  test(`after ${what} nothing is handed over, also where the page pauses after each word to its worker`, async ({
    page,
    world,
  }) => {
    await page.addInitScript(() => {
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (...word: unknown[]) {
        Reflect.apply(postMessage, this, word);
        // Long enough for many a frame to come in between.
        const until = performance.now() + 200;
        while (performance.now() < until);
      };
    });
    await openConnection(page, world, { identity: world.user.id }, ['fact']);
    await waitForPhase(page, 'ready');
    const emitting = setInterval(() => emitMany(world, 'fact', 1), 1);
    try {
      await page.waitForFunction(() => window.harness.events.length > 0);
      await page.evaluate(`(${leave})(); window.handedOver = window.harness.events.length`);
      // The worker says so after all that it had said before.
      await waitForPhase(page, phase);
      const [handedOver, now] = await page.evaluate(() => [
        (window as unknown as { handedOver: number }).handedOver,
        window.harness.events.length,
      ]);
      expect(now).toBe(handedOver);
    } finally {
      clearInterval(emitting);
    }
  });
}

test('of two thousand events a second none is handed over after another user signed in, or the page left, twenty times', async ({
  page,
  world,
}) => {
  const other = findDevelopmentUser(world.user.id === 'ada' ? 'bruno' : 'ada');
  if (!other) throw new Error('there is nobody else');
  const people = [world.user, other];
  await openConnection(page, world, { identity: world.user.id }, ['fact']);
  await waitForPhase(page, 'ready');
  const emitting = setInterval(() => {
    for (const user of people) {
      for (let n = 0; n < 2; n += 1) world.panel.emit(user, 'fact', { who: user.id });
    }
  }, 1);
  try {
    const ids = people.map(({ id }) => id);
    const seen = await page.evaluate(async (ids) => {
      const { harness } = window;
      const { connection } = harness;
      if (!connection) throw new Error('nothing is open');
      /** Whose events may be handed over now. */
      let whose = ids[0] ?? null;
      let [handedOver, strays] = [0, 0];
      /** What the next event makes the page do, with the rest of its batch behind it. */
      let due: (() => void) | null = null;
      connection.subscribe('fact', ({ data }) => {
        handedOver += 1;
        if ((data as { who: string }).who !== whose) strays += 1;
        const act = due;
        due = null;
        act?.();
      });
      const atNextEvent = (act: () => void) =>
        new Promise<void>((done) => {
          due = () => {
            act();
            done();
          };
        });
      const closed = () =>
        new Promise<void>((done) => {
          const off = connection.onStatus(({ phase }) => {
            if (phase !== 'closed') return;
            off();
            done();
          });
        });
      for (let round = 0; round < 20; round += 1) {
        // A page that is busy for a while is behind: its next batch is a large one.
        const until = performance.now() + 30;
        while (performance.now() < until);
        const before: string | null = whose;
        if (round % 2 === 0) {
          await atNextEvent(() => {
            const next = ids.find((id) => id !== before) ?? '';
            harness.switchUser(next);
            whose = next;
          });
        } else {
          const ended = closed();
          await atNextEvent(() => {
            connection.disconnect();
            whose = null;
          });
          await ended;
          whose = before;
          connection.connect();
        }
      }
      return { handedOver, strays };
    }, ids);
    expect(seen.strays).toBe(0);
    expect(seen.handedOver).toBeGreaterThanOrEqual(20);
  } finally {
    clearInterval(emitting);
  }
});

test('a page whose policy allows no worker runs the connection itself, and says why', async ({
  page,
  world,
}) => {
  await openConnection(page, world, { atPath: '/no-worker.html' });
  await waitForPhase(page, 'ready');
  const host = await page.evaluate(() => window.harness.connection?.diagnostics().host);
  expect(host).toMatchObject({ asked: 'worker', runsIn: 'page' });
  expect(host?.why).not.toBe('');
  expect(await page.evaluate(() => window.harness.logs.join())).toContain('warn no worker');
  world.panel.emitRaw(world.user, LAST);
  await waitForLast(page);
});

test('a worker that fails is not taken for one that works', async ({ page, world }) => {
  await page.route(/\/worker\.js$/, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("an old browser")' }),
  );
  await openConnection(page, world);
  await waitForPhase(page, 'ready');
  expect(await runsIn(page)).toBe('page');
});

test('options that only the core can judge are refused the same', async ({ page, world }) => {
  await openConnection(page, world, {
    validate: 'strict',
    wasmUrl: '/keepline/wasm/keepline.wasm',
  });
  await page.waitForFunction(() => window.harness.connection?.status().error !== null);
  expect(await readStatus(page)).toMatchObject({ error: { kind: 'option_invalid' } });
});
