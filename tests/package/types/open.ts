// An application that has registered nothing: any event and any message, and payloads that nobody knows.
import { type Connection, createConnection, type Register, type Status } from 'keepline';
import type { KeeplineEvents } from 'keepline/call-centre';

const connection = createConnection({ getToken: undefined, backoff: { jitter: undefined } });
const dashboard = createConnection<{ readonly tick: number }, { readonly note: string }>();

export function use(status: Status, register: Register): void {
  connection.subscribe('anything_*', ({ type, data }) => console.log(type.length, data, register));
  // @ts-expect-error: the payload is not known.
  connection.subscribe('anything', ({ data }) => data.id);
  void connection.send('anything', { goes: true }).then(({ sentAt }) => sentAt.toFixed());
  dashboard.subscribe('tick', ({ data }) => data.toFixed());
  void dashboard.send('note', 'text');
  // @ts-expect-error: a typo.
  dashboard.subscribe('tock', () => {});
  // @ts-expect-error: other data.
  void dashboard.send('note', 1);
  if (status.phase === 'waiting') console.log(status.nextRetryAt.toFixed());
  // @ts-expect-error: there need not be a next attempt.
  console.log(status.nextRetryAt.toFixed());
}

export const calls: Connection<KeeplineEvents> = createConnection<KeeplineEvents>();
calls.subscribe('new_call', ({ data }) => data.callId.trim());
