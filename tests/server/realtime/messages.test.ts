/** What clients ask of the application, and what they are told: every message with an id gets one answer. */
import { MessageRefused } from 'keepline/server';
import { describe, expect, test, vi } from 'vitest';
import { ada, dial, settle, startRealtime } from '../support/link.js';

describe('a message', () => {
  test('is handled with its payload and who sent it, and answered with the result', async () => {
    const note = vi.fn(async (data: unknown, { principal, id, trace }) => ({
      data,
      principal,
      id,
      trace,
    }));
    const realtime = startRealtime({ messages: { note } });
    const link = await dial(realtime, { ...ada, claims: { role: 'agent' } });
    link.say({ type: 'note', id: 'n1', trace: '00-ab-cd-01', data: { text: 'hello' } });
    await settle();
    expect(link.heard()).toEqual([
      {
        type: 'ack',
        id: 'n1',
        data: {
          outcome: 'done',
          result: {
            data: { text: 'hello' },
            principal: expect.objectContaining({ ...ada, claims: { role: 'agent' } }),
            id: 'n1',
            trace: '00-ab-cd-01',
          },
        },
      },
    ]);
  });

  test('without an id is handled, and not answered', async () => {
    const note = vi.fn();
    const link = await dial(startRealtime({ messages: { note } }), ada);
    link.say({ type: 'note', data: 1 });
    await settle();
    expect(note).toHaveBeenCalledOnce();
    expect(link.heard()).toEqual([]);
  });

  test.each(['made-up', 'constructor', '__proto__', 'toString', 'resume', 'position'])(
    'of a type that nobody handles (%s) is answered by an error',
    async (type) => {
      const link = await dial(startRealtime({ messages: { note: () => 1 } }), ada);
      link.say(`{"type":"${type}","id":"m"}`);
      expect(link.heard()).toMatchObject([
        { type: 'error', id: 'm', data: { code: 'unknown_type', retry: false } },
      ]);
    },
  );

  const bad: readonly (readonly [string, () => unknown])[] = [
    [
      'throws',
      () => {
        throw new Error('secret detail');
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
    ['throws nothing', () => Promise.reject()],
    ['answers with what is no JSON', () => 1n],
    [
      'answers with what goes in circles',
      () => {
        const circle: Record<string, unknown> = {};
        circle['again'] = circle;
        return circle;
      },
    ],
  ];
  test.each(bad)('whose handler %s is answered, and the link lives', async (_name, handler) => {
    const link = await dial(startRealtime({ messages: { note: handler } }), ada);
    link.say({ type: 'note', id: 'n1' });
    await settle();
    expect(link.heard()).toEqual([
      {
        type: 'error',
        id: 'n1',
        data: { code: 'failed', message: expect.any(String), retry: true },
      },
    ]);
    link.say('ping');
    expect(link.heard()).toEqual([{ text: 'pong' }]);
  });

  test('is refused by its handler in words that are meant for the client', async () => {
    const note = () => {
      throw new MessageRefused('locked', 'Somebody else writes.', {
        retry: true,
        retryAfterMs: 500,
      });
    };
    const link = await dial(startRealtime({ messages: { note } }), ada);
    link.say({ type: 'note', id: 'n1' });
    await settle();
    expect(link.heard()).toEqual([
      {
        type: 'error',
        id: 'n1',
        data: { code: 'locked', message: 'Somebody else writes.', retry: true, retryAfterMs: 500 },
      },
    ]);
  });

  test('beyond those that a link may have under way is told to come again', async () => {
    const release: (() => void)[] = [];
    const slow = () => new Promise<void>((resolve) => release.push(resolve));
    const realtime = startRealtime({ messages: { slow }, limits: { handling: 2 } });
    const link = await dial(realtime, ada);
    for (const id of ['a', 'b', 'c']) link.say({ type: 'slow', id });
    expect(link.heard()).toMatchObject([
      { type: 'error', id: 'c', data: { code: 'busy', retry: true } },
    ]);
    for (const each of release) each();
    await settle();
    expect(link.heard().map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('whose handler takes too long is answered for, and its signal says so', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let signal: AbortSignal | undefined;
      const hangs = (_: unknown, context: { signal: AbortSignal }) => {
        signal = context.signal;
        return new Promise(() => undefined);
      };
      const link = await dial(
        startRealtime({ messages: { hangs }, limits: { handlerMs: 1000 } }),
        ada,
      );
      link.say({ type: 'hangs', id: 'h' });
      await settle();
      await vi.advanceTimersByTimeAsync(1000);
      expect(link.heard()).toMatchObject([{ type: 'error', id: 'h', data: { code: 'timeout' } }]);
      expect(signal?.aborted).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  /** A handler that ends when the test says so. */
  const startSlow = () => {
    const seen: { signal?: AbortSignal; finish: (value: number) => void; calls: number } = {
      finish: () => undefined,
      calls: 0,
    };
    const slow = (_: unknown, context: { signal: AbortSignal }) => {
      seen.calls += 1;
      seen.signal = context.signal;
      return new Promise<number>((resolve) => {
        seen.finish = resolve;
      });
    };
    return { seen, realtime: startRealtime({ messages: { slow } }) };
  };

  test('without an id of a link that has closed aborts its handler, and nobody is answered', async () => {
    const { seen, realtime } = startSlow();
    const link = await dial(realtime, ada);
    link.say({ type: 'slow' });
    await settle();
    link.gone();
    expect(seen.signal?.aborted).toBe(true);
    seen.finish(1);
    await settle();
    expect(link.heard()).toEqual([]);
  });

  test('with an id is worked on while its sender is away, and answered where that asks again', async () => {
    const { seen, realtime } = startSlow();
    const before = await dial(realtime, ada);
    before.say({ type: 'slow', id: 's' });
    await settle();
    before.gone();
    expect(seen.signal?.aborted).toBe(false);
    const after = await dial(realtime, ada);
    after.say({ type: 'slow', id: 's' });
    await settle();
    expect(after.heard()).toEqual([]);
    seen.finish(7);
    await settle();
    expect(after.heard()).toEqual([
      { type: 'ack', id: 's', data: { outcome: 'repeat', result: 7 } },
    ]);
    expect([before.heard(), seen.calls]).toEqual([[], 1]);
  });
});

describe('what a user may hear', () => {
  test('is asked once for each type, and neither patterns nor everything get around it', async () => {
    const authorise = vi.fn((_: unknown, type: string) => !type.startsWith('admin'));
    const realtime = startRealtime({ authorise });
    const link = await dial(realtime, ada);
    const publish = (type: string) => realtime.publish({ tenant: 'harbour', to: 'tenant', type });
    const all = async () => {
      for (const type of ['admin_note', 'note', 'note']) await publish(type);
      return link.heard().map(({ type }) => type);
    };
    expect(await all()).toEqual(['note', 'note']);
    expect(authorise).toHaveBeenCalledTimes(2);
    link.say({ type: 'subscribe', data: { events: ['admin*', '*'] } });
    expect(await all()).toEqual(['note', 'note']);
    link.say({ type: 'subscribe', id: 's', data: { events: ['admin_note', 'note'] } });
    expect(link.heard()).toMatchObject([
      { type: 'error', id: 's', data: { code: 'forbidden', message: 'not allowed: admin_note' } },
    ]);
    expect(await all()).toEqual(['note', 'note']);
  });

  test('is nothing where the application throws instead of answering', async () => {
    const realtime = startRealtime({
      authorise: () => {
        throw new Error('mine');
      },
    });
    const link = await dial(realtime, ada);
    await realtime.publish({ tenant: 'harbour', to: 'tenant', type: 'note' });
    expect(link.heard()).toEqual([]);
  });
});
