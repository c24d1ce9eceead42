import type {
  Connection,
  createConnection,
  EventOf,
  RealtimeEvent,
  SendReceipt,
  ServerVersion,
  Status,
  Unsubscribe,
  WebSocketConstructor,
} from 'keepline';
import { liveQuery } from 'keepline';
import type { ImportError, KeeplineEvents, NewCall } from 'keepline/call-centre';
import { describe, expectTypeOf, it } from 'vitest';
import type { WebSocket as NodeWebSocket } from 'ws';

interface MyEvents {
  readonly invoice_paid: { readonly amount: number };
  readonly invoice_due: { readonly dueAt: string };
  readonly note: string;
}

interface MyMessages {
  readonly seen: { readonly id: string };
  readonly typing: undefined;
}

declare const any: Connection;
declare const known: Connection<KeeplineEvents>;
declare const own: Connection<MyEvents, MyMessages>;
declare const status: Status;

// Checked by tsc; nothing runs.
describe('types', () => {
  it('where nothing is registered any name is an event and a message', () => {
    const use = () => {
      any.subscribe('something', (event) => expectTypeOf(event.data).toBeUnknown());
      any.subscribe('*', (event) => expectTypeOf(event.type).toBeString());
      void any.send('something', { of: 'any kind' }, { id: undefined, ttlMs: undefined });
      void any.send('something');
    };
    expectTypeOf(use).toBeFunction();
  });

  it('a known type has its payload, a prefix and * the union of what matches', () => {
    const use = () => {
      known.subscribe('new_call', (event) => {
        expectTypeOf(event).toEqualTypeOf<RealtimeEvent<'new_call', NewCall>>();
      });
      known.subscribe('import_*', (event) => {
        expectTypeOf(event.type).toEqualTypeOf<
          'import_progress' | 'import_complete' | 'import_error'
        >();
        if (event.type === 'import_error') expectTypeOf(event.data).toEqualTypeOf<ImportError>();
      });
      own.subscribe('*', (event) => {
        expectTypeOf(event).toEqualTypeOf<EventOf<MyEvents, keyof MyEvents>>();
        if (event.type === 'invoice_paid') expectTypeOf(event.data.amount).toBeNumber();
      });
      own.subscribe('invoice_*', (events) => expectTypeOf(events.length).toBeNumber(), {
        batch: 'frame',
        signal: undefined,
      });
    };
    expectTypeOf(use).toBeFunction();
    expectTypeOf<ReturnType<typeof createConnection<MyEvents, MyMessages>>>().toEqualTypeOf<
      typeof own
    >();
  });

  it('a name that the maps do not know is an error, and so is a prefix of none', () => {
    const use = () => {
      // @ts-expect-error: a typo.
      own.subscribe('invoice_payed', () => {});
      // @ts-expect-error: nothing begins so.
      own.subscribe('invioce_*', () => {});
      // @ts-expect-error: nothing begins so.
      own.subscribe('invioce_*', () => {}, { batch: 'frame' });
      // @ts-expect-error: a typo.
      void own.send('sene', { id: '1' });
    };
    expectTypeOf(use).toBeFunction();
  });

  it("a browser's WebSocket and that of ws can both be given", () => {
    expectTypeOf<typeof WebSocket>().toExtend<WebSocketConstructor>();
    expectTypeOf<typeof NodeWebSocket>().toExtend<WebSocketConstructor>();
    expectTypeOf<typeof Date>().not.toExtend<WebSocketConstructor>();
  });

  it('sending needs what the message is made of, and promises a receipt', () => {
    const use = () => {
      expectTypeOf(
        own.send('seen', { id: '1' }, { ttlMs: 0 }),
      ).resolves.toEqualTypeOf<SendReceipt>();
      void own.send('typing');
      // @ts-expect-error: without its data.
      void own.send('seen');
      // @ts-expect-error: other data.
      void own.send('seen', { id: 1 });
    };
    expectTypeOf(use).toBeFunction();
  });

  it('coalescing goes by a member of the payload', () => {
    const use = () => {
      known.subscribe('import_progress', () => {}, { batch: 'frame', coalesceBy: 'importId' });
      known.subscribe('import_*', () => {}, { batch: 'frame', coalesceBy: 'succeeded' });
      known.subscribe('import_*', () => {}, { batch: 'frame', coalesceBy: ({ data }) => data });
      any.subscribe('anything', () => {}, { batch: 'frame', coalesceBy: 'member' });
      // @ts-expect-error: a typo.
      known.subscribe('import_progress', () => {}, { batch: 'frame', coalesceBy: 'importID' });
      // @ts-expect-error: a text has no members.
      own.subscribe('note', () => {}, { batch: 'frame', coalesceBy: 'length' });
    };
    expectTypeOf(use).toBeFunction();
  });

  it('a live query knows its events by its connection, and its data by its state', () => {
    const use = () => {
      const invoices = liveQuery(own, {
        fetch: async () => ({ data: [1, 2], position: null }),
        events: ['invoice_paid', 'invoice_due'],
        apply: (data, event) => {
          expectTypeOf(event.type).toEqualTypeOf<'invoice_paid' | 'invoice_due'>();
          expectTypeOf(data).toEqualTypeOf<number[]>();
          return event.type === 'invoice_paid' ? [...data, event.data.amount] : data;
        },
      });
      const { state, data } = invoices.get();
      if (state === 'stale' || state === 'live') expectTypeOf(data).toEqualTypeOf<number[]>();
      if (state === 'failed') expectTypeOf(data).toBeUndefined();
      liveQuery(any, {
        fetch: () => ({ data: '' }),
        events: 'anything',
        apply: (before, { data: given }) => `${before}${given}`,
      });
      const count = { fetch: () => ({ data: 1 }), apply: (data: number) => data };
      // @ts-expect-error: a typo.
      liveQuery(own, { ...count, events: 'invoice_payed' });
      // @ts-expect-error: data without a wrapper.
      liveQuery(own, { fetch: async () => [1], events: 'note', apply: (data) => data });
    };
    expectTypeOf(use).toBeFunction();
  });

  it('another server is told by its build, and that of the former one', () => {
    const use = () => {
      const stop = own.onServerVersion((version) => {
        expectTypeOf(version).toEqualTypeOf<ServerVersion>();
        expectTypeOf(version.build).toBeString();
        expectTypeOf(version.previous).toBeString();
      });
      expectTypeOf(stop).toEqualTypeOf<Unsubscribe>();
      // @ts-expect-error: what is not told.
      own.onServerVersion(({ version }) => version);
    };
    expectTypeOf(use).toBeFunction();
  });

  it('the phase of a status tells the rest', () => {
    const use = () => {
      if (status.phase === 'waiting') expectTypeOf(status.nextRetryAt).toBeNumber();
      if (status.phase === 'ready') expectTypeOf(status.state).toEqualTypeOf<'connected'>();
      if (status.phase === 'closed') expectTypeOf(status.reason).toEqualTypeOf<'application'>();
      if (status.state === 'connected') expectTypeOf(status.nextRetryAt).toBeNull();
    };
    expectTypeOf(use).toBeFunction();
  });
});
