/** Whoever follows a log without a socket is told each entry once and in order, however bad the hints are. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type EventLog,
  type LogEntry,
  LogFollower,
  type LogHint,
  memoryLog,
} from 'keepline/server';
import { describe, expect, test, vi } from 'vitest';

const tenant = 'harbour';
const event = (n: number) => ({ tenant, to: 'tenant', type: 'n', json: String(n) }) as const;
const isUnknown = async () => {
  throw new Error('the log does not answer');
};

/** A log whose hints go through `pass`, and that can be replaced by one of another epoch. */
function fragile(pass: (hint: LogHint) => LogHint) {
  let current = memoryLog();
  const log: EventLog = {
    publish: (given) => current.publish(given),
    open: (name) => current.open(name),
    read: (...asked) => current.read(...asked),
    watch: (name, hint) => current.watch(name, pass(hint)),
    onAvailable: () => undefined,
    close: async () => undefined,
  };
  return {
    log,
    trim: () => current.trim(tenant),
    replace: () => {
      current = memoryLog();
    },
  };
}

function follow(log: EventLog) {
  const told: number[] = [];
  const next = (entry: LogEntry) => void told.push(Number(entry.json));
  const jumped = (entries: readonly LogEntry[]) => entries.forEach(next);
  const follower = new LogFollower(log, tenant, { next, jumped });
  return { told, follower };
}

const hints: Record<string, (hint: LogHint) => LogHint> = {
  'that say all': (hint) => hint,
  'that say nothing but "look"': (hint) => (epoch) => hint(epoch, null),
  'that are told twice': (hint) => (epoch, entry) => {
    hint(epoch, entry);
    hint(epoch, entry);
  },
  'that come in pairs, the newer one first': (hint) => {
    const held: LogEntry[] = [];
    return (epoch, entry) => {
      if (entry) held.unshift(entry);
      if (held.length === 2) for (const each of held.splice(0)) hint(epoch, each);
    };
  },
  'of which every second one is lost': (hint) => (epoch, entry) => {
    if ((entry?.seq ?? 0) % 2 === 0) hint(epoch, entry);
  },
};

describe.each(Object.entries(hints))('with hints %s', (_, pass) => {
  test('each entry is told once and in order, those from before it began too', async () => {
    const { log } = fragile(pass);
    for (let n = 0; n < 3; n += 1) await log.publish(event(n));
    const { told, follower } = follow(log);
    await follower.refresh();
    // One by one, with all that follows from each.
    for (let n = 3; n < 20; n += 1) {
      await log.publish(event(n));
      await nextTurn();
    }
    for (let n = 20; n < 1200; n += 1) void log.publish(event(n));
    await follower.refresh();
    expect(told).toEqual(Array.from({ length: 1200 }, (_, n) => n));
    const { epoch, head } = await log.open(tenant);
    expect(follower.place).toEqual({ epoch, seq: head });
  });
});

test('who asks where it stands has what was written before, without any hint', async () => {
  const { log } = fragile(() => () => undefined);
  const { told, follower } = follow(log);
  await follower.refresh();
  void follower.refresh();
  await log.publish(event(1));
  await follower.refresh();
  expect(told).toEqual([1]);
});

test('who asks while an older answer is on its way waits for one of his own', async () => {
  const { log } = fragile(() => () => undefined);
  const { told, follower } = follow(log);
  await follower.refresh();
  const { open } = log;
  let answer = () => {};
  const isAnswered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let asked = 0;
  log.open = async (name) => {
    const state = await open(name);
    asked += 1;
    await isAnswered;
    return state;
  };
  const first = follower.refresh();
  await vi.waitFor(() => expect(asked).toBe(1));
  await log.publish(event(1));
  const second = follower.refresh();
  answer();
  await first;
  expect(told).toEqual([]);
  await second;
  expect(told).toEqual([1]);
});

test('what the log forgot before it was read is passed over, and what follows is told', async () => {
  const { log, trim } = fragile(() => () => undefined);
  const { told, follower } = follow(log);
  await log.publish(event(1));
  await follower.refresh();
  await log.publish(event(2));
  trim();
  await follower.refresh();
  await log.publish(event(3));
  await follower.refresh();
  expect(told).toEqual([1, 3]);
});

test('an epoch that ended is followed by the one that began, from its first entry', async () => {
  const { log, replace } = fragile((hint) => hint);
  const { told, follower } = follow(log);
  await log.publish(event(1));
  await follower.refresh();
  const before = follower.place;
  replace();
  for (const n of [2, 3]) await log.publish(event(n));
  await follower.refresh();
  expect(told).toEqual([1, 2, 3]);
  expect(follower.place?.epoch).not.toBe(before?.epoch);
});

test('a log that does not answer is asked again until it does', async () => {
  vi.useFakeTimers();
  const { log } = fragile((hint) => hint);
  await log.publish(event(1));
  const { open } = log;
  log.open = isUnknown;
  const { told, follower } = follow(log);
  follower.keepUp();
  await expect(follower.refresh()).rejects.toThrow('does not answer');
  await vi.advanceTimersByTimeAsync(3000);
  expect(told).toEqual([]);
  log.open = open;
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual([1]);
  follower.close();
  vi.useRealTimers();
});

test('whoever has closed it is told nothing more', async () => {
  const { log } = fragile((hint) => hint);
  const { told, follower } = follow(log);
  await follower.refresh();
  follower.close();
  await log.publish(event(1));
  expect(told).toEqual([]);
});
