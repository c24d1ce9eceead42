// Subscriptions that take the events of a frame together.
import type { RealtimeEvent } from 'keepline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatheredMax } from '../../js-bindings/dist/client/frame-batch.js';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { connectLive, useWorld } from './support/world.js';

/** Frames that wait to be drawn. */
let frames = new Map<number, () => void>();
let asked = 0;

const drawFrame = () => {
  const due = [...frames.values()];
  frames.clear();
  for (const run of due) run();
};

const send = (type: string, data: unknown) => FakeWebSocket.last.deliver({ type, data });

describe('a subscription with batch: frame', () => {
  useWorld();
  let batches: unknown[][] = [];
  const note = (events: readonly RealtimeEvent[]) => {
    batches.push(events.map(({ data }) => data));
  };

  beforeEach(() => {
    batches = [];
    frames = new Map();
    vi.stubGlobal('requestAnimationFrame', (run: () => void) => {
      asked += 1;
      frames.set(asked, run);
      return asked;
    });
    vi.stubGlobal('cancelAnimationFrame', (frame: number) => frames.delete(frame));
  });
  afterEach(() => {
    expect(frames.size).toBe(0);
  });

  it('hands over once a frame what came since, in order', async () => {
    const connection = await connectLive();
    connection.subscribe('tick', note, { batch: 'frame' });
    send('tick', 1);
    send('tick', 2);
    expect(batches).toEqual([]);
    drawFrame();
    expect(batches).toEqual([[1, 2]]);
    drawFrame();
    expect(batches).toEqual([[1, 2]]);
    send('tick', 3);
    drawFrame();
    expect(batches).toEqual([[1, 2], [3]]);
  });

  it('hands over by a timer where no frame comes, as in a hidden page', async () => {
    const connection = await connectLive();
    connection.subscribe('tick', note, { batch: 'frame' });
    send('tick', 1);
    vi.advanceTimersByTime(250);
    expect(batches).toEqual([[1]]);
    expect(frames.size).toBe(0);
  });

  it('keeps of each key the newest, by a member of the payload', async () => {
    const connection = await connectLive();
    connection.subscribe('tick', note, { batch: 'frame', coalesceBy: 'id' });
    for (const data of [{ id: 1, n: 1 }, { id: 2, n: 2 }, null, { n: 3 }, { id: 1, n: 4 }]) {
      send('tick', data);
    }
    drawFrame();
    expect(batches).toEqual([[{ id: 2, n: 2 }, null, { n: 3 }, { id: 1, n: 4 }]]);
  });

  it('keeps of each key the newest, by a function', async () => {
    const connection = await connectLive();
    connection.subscribe('*', note, {
      batch: 'frame',
      coalesceBy: ({ type }: RealtimeEvent) => type,
    });
    send('a', 1);
    send('b', 2);
    send('a', 3);
    drawFrame();
    expect(batches).toEqual([[2, 3]]);
  });

  it('hands nothing over after it was undone, or the link was given up', async () => {
    const connection = await connectLive();
    const off = connection.subscribe('tick', note, { batch: 'frame' });
    send('tick', 1);
    off();
    connection.subscribe('tick', note, { batch: 'frame' });
    send('tick', 2);
    connection.disconnect();
    drawFrame();
    vi.advanceTimersByTime(1000);
    expect(batches).toEqual([]);
  });

  it('hands nothing over of a former user', async () => {
    const connection = await connectLive({ identity: 'u1' });
    connection.subscribe('tick', note, { batch: 'frame' });
    send('tick', 1);
    connection.setIdentity('u1');
    drawFrame();
    expect(batches).toEqual([[1]]);
    send('tick', 2);
    connection.setIdentity('u2');
    drawFrame();
    expect(batches).toEqual([[1]]);
  });

  it('hands nothing over of whom the server no longer speaks to', async () => {
    const connection = await connectLive();
    connection.subscribe('tick', note, { batch: 'frame' });
    send('tick', 1);
    FakeWebSocket.last.greet({ userId: 'another' });
    drawFrame();
    expect(batches).toEqual([]);
  });

  it('is bounded: many events are handed over before their frame', async () => {
    const connection = await connectLive();
    connection.subscribe('tick', note, { batch: 'frame' });
    for (let n = 0; n < gatheredMax + 1; n += 1) send('tick', n);
    expect(batches.map(({ length }) => length)).toEqual([gatheredMax]);
    drawFrame();
    expect(batches.map(({ length }) => length)).toEqual([gatheredMax, 1]);
  });

  it('a handler that throws is reported and hurts nobody else', async () => {
    const connection = await connectLive();
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    connection.subscribe(
      'tick',
      () => {
        throw new Error('a mistake');
      },
      { batch: 'frame' },
    );
    connection.subscribe('tick', note, { batch: 'frame' });
    send('tick', 1);
    drawFrame();
    expect(reported).toHaveBeenCalledOnce();
    expect(batches).toEqual([[1]]);
  });

  it.each([
    ['another batch', { batch: 'second' }],
    ['a key without a batch', { coalesceBy: 'id' }],
    ['a key that is none', { batch: 'frame', coalesceBy: 7 }],
  ])('%s is refused at once', async (_, options) => {
    const connection = await connectLive();
    expect(() => connection.subscribe('tick', note as never, options as never)).toThrow(
      expect.objectContaining({ kind: 'option_invalid' }),
    );
  });
});
