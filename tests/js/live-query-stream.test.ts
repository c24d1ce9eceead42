// A live query of the real module beside a server that forgets, skips, drops and fails: while it says that
// it is live it holds no item twice, misses none of before its newest, and in the end it holds them all.
import { liveQuery } from 'keepline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { calm, ListServer, play, seeded } from './support/list-server.js';
import { start, useWorld, whenLoaded } from './support/world.js';

const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1);

async function run(seed: number, withLog: boolean) {
  const random = seeded(seed);
  // Of the connection's own waits as well: a seed is one run.
  vi.spyOn(Math, 'random').mockImplementation(random);
  const server = new ListServer(random, withLog);
  const connection = start({ backoff: { initialMs: 200, maxMs: 400, maxAttempts: 1000 } });
  await whenLoaded(connection);
  const calls = liveQuery(connection, {
    fetch: server.fetch,
    events: 'added',
    // With positions each event comes to it once: nothing is looked for here.
    apply: (data: readonly number[], { data: item }) => {
      const known = !withLog && data.includes(item as number);
      return known ? data : [...data, item as number];
    },
    maxBuffered: 10,
  });
  const holes: unknown[] = [];
  let lives = 0;
  calls.subscribe(({ state, data }) => {
    if (state !== 'live') return;
    lives += 1;
    // What has not arrived yet may be missing, and nothing else.
    const prefix = server.items.slice(0, data.length);
    if (data.join() !== prefix.join()) holes.push({ data, prefix });
  });
  const faults: [number, () => void][] = [
    [0.04, () => server.drop()],
    [0.02, () => server.trim()],
    [0.01, () => server.rotate(random() < 0.5)],
    [0.03, () => server.skip()],
    [0.01, () => calls.refetch()],
  ];
  await play(server, random, 300, faults);
  await calm(server);
  const { requests } = server;
  await calm(server);
  return { calls, holes, lives, server, requests };
}

describe.each([
  ['that says where its answers stand', true],
  ['without a log, and an apply that is idempotent', false],
])('beside a server %s', (_, withLog) => {
  useWorld();
  afterEach(() => void vi.restoreAllMocks());

  it.each(seeds)('a query is what the server has (seed %i)', async (seed) => {
    const { calls, holes, lives, server, requests } = await run(seed, withLog);
    expect(holes).toEqual([]);
    expect(lives).toBeGreaterThan(0);
    expect(calls.get()).toMatchObject({ state: 'live', data: server.items });
    // Nothing is asked for while nothing is missing.
    expect(server.requests).toBe(requests);
  });
});
