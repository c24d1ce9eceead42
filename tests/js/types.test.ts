import type {
  Connection,
  createConnection,
  NewCall,
  RealtimeEvent,
  SendReceipt,
  WebSocketConstructor,
} from 'keepline';
import { describe, expectTypeOf, it } from 'vitest';
import type { WebSocket as NodeWebSocket } from 'ws';

interface MyEvents {
  readonly invoice_paid: { readonly amount: number };
}

declare const known: Connection;
declare const own: Connection<MyEvents>;

// Checked by tsc; nothing runs.
describe('types', () => {
  it('known events have typed payloads, others are unknown', () => {
    const subscribe = () => {
      known.subscribe('new_call', (event) => {
        expectTypeOf(event).toEqualTypeOf<RealtimeEvent<'new_call', NewCall>>();
      });
      known.subscribe('import_*', (event) => expectTypeOf(event.data).toBeUnknown());
      known.subscribe('*', (event) => expectTypeOf(event.type).toBeString());
      known.subscribe('something_else', (event) => expectTypeOf(event.data).toBeUnknown());
    };
    expectTypeOf(subscribe).toBeFunction();
  });

  it("an application's own events take their place", () => {
    const subscribe = () => {
      own.subscribe('invoice_paid', ({ data }) => expectTypeOf(data.amount).toBeNumber());
      own.subscribe('new_call', (event) => expectTypeOf(event.data).toBeUnknown());
    };
    expectTypeOf(subscribe).toBeFunction();
    expectTypeOf<ReturnType<typeof createConnection<MyEvents>>>().toEqualTypeOf<typeof own>();
  });

  it("a browser's WebSocket and that of ws can both be given", () => {
    expectTypeOf<typeof WebSocket>().toExtend<WebSocketConstructor>();
    expectTypeOf<typeof NodeWebSocket>().toExtend<WebSocketConstructor>();
    expectTypeOf<typeof Date>().not.toExtend<WebSocketConstructor>();
  });

  it('sending needs a type and promises a receipt', () => {
    expectTypeOf<Connection['send']>().returns.resolves.toEqualTypeOf<SendReceipt>();
    expectTypeOf<Connection['send']>().parameter(0).toBeString();
  });
});
