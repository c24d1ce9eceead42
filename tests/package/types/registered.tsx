// An application that registers its events and messages once: everything knows them, in and outside React.
import {
  type Connection,
  type ConnectionOptions,
  createConnection,
  type EventOf,
  liveQuery,
  pendingSends,
  type RegisteredEvents,
} from 'keepline';
import {
  type LinkedConnection,
  RealtimeProvider,
  useConnectionStatus,
  useEvent,
  useEventBuffer,
  useGap,
  useLatestEvent,
  useLiveQuery,
  usePendingSends,
  useWebSocket,
  WebSocketStatusIndicator,
} from 'keepline/react';
import 'keepline/react/style.css';
import { bindQueries, type QueryClientLike } from 'keepline/tanstack-query';
import { createFakeConnection, type FakeConnection, fakeStatus } from 'keepline/test';

interface Ticket {
  readonly id: string;
  readonly title: string;
}

declare module 'keepline' {
  interface Register {
    events: {
      readonly ticket_created: Ticket;
      readonly ticket_closed: { readonly id: string; readonly by: string };
      readonly online: readonly string[];
    };
    messages: { readonly comment: { readonly ticket: string }; readonly typing: undefined };
    results: { readonly comment: { readonly number: number } };
  }
}

declare const queryClient: QueryClientLike & {
  setQueryData(key: readonly unknown[], change: (old: unknown) => unknown): unknown;
};
const connection = createConnection();
const linked: LinkedConnection = connection;
connection.subscribe('ticket_created', ({ data }) => data.title.trim(), { signal: undefined });
connection.subscribe('*', (event) => {
  if (event.type === 'ticket_closed') event.data.by.trim();
});
connection.subscribe('ticket_*', (events) => events.map(({ data }) => data.id), {
  batch: 'frame',
  coalesceBy: 'id',
});
// @ts-expect-error: a typo.
connection.subscribe('tikcet_created', () => {});
// @ts-expect-error: nothing begins so.
connection.subscribe('tikcet_*', () => {});
void connection.send('typing', undefined, { id: undefined, ttlMs: undefined });
// @ts-expect-error: a typo.
void connection.send('coment', { ticket: '1' });

void connection.request('comment', { ticket: '1' }, { timeoutMs: undefined }).then(({ number }) => {
  number.toFixed();
});
void connection.request('typing').then((result: unknown) => result);
// @ts-expect-error: without its data.
void connection.request('comment');
void connection.outcome('id', { timeoutMs: 1000 });
for (const { type, data } of pendingSends(connection).get()) {
  if (type === 'comment') data?.ticket.trim();
}

const tickets = {
  fetch: async () => ({ data: [] as readonly Ticket[], position: undefined }),
  events: ['ticket_created', 'ticket_closed'],
  apply: (data: readonly Ticket[], { data: { id } }: { data: { id: string } }) =>
    data.filter((ticket) => ticket.id !== id),
  key: undefined,
} as const;
liveQuery(connection, tickets).subscribe(({ data }) => data?.map(({ title }) => title));
liveQuery(connection, {
  fetch: async () => ({ data: 0 }),
  events: 'ticket_closed',
  apply: (count, event) => (event.data.by === 'ann' ? count + 1 : count),
});
// @ts-expect-error: a typo.
liveQuery(connection, { ...tickets, events: 'tikcet_created' });
bindQueries(connection, queryClient, {
  ticket_closed: ({ data }, cache) => cache.setQueryData(['closed'], () => data.by),
  'ticket_*': { invalidate: ['tickets'] },
});
// @ts-expect-error: a typo.
bindQueries(connection, queryClient, { tikcet_closed: { invalidate: [] } });

export function Page({ options }: { options: ConnectionOptions | undefined }) {
  const { send, subscribe, status } = useWebSocket();
  const title: string | null = useLatestEvent('ticket_created', ({ data }) => data.title);
  const { data, state, asOf } = useLiveQuery(tickets);
  const sends = usePendingSends({ confirmLeave: undefined });
  useGap(({ from, to, spreadMs }) => console.log(from, to, spreadMs, state, asOf, sends.length));
  const closed = useEventBuffer('ticket_closed', { coalesceBy: 'id', limit: undefined });
  useEvent('ticket_*', ({ data }) => void send('comment', { ticket: data.id }));
  useEvent('online', ({ data }) => console.log(data.length, subscribe));
  // @ts-expect-error: a typo.
  useEvent('tikcet_created', () => {});
  // @ts-expect-error: a typo.
  useEventBuffer('ticket_created', { coalesceBy: 'ID' });
  // @ts-expect-error: other data.
  void send('comment', { ticket: 1 });
  return (
    <p title={options?.path}>
      {title} {data?.length} {closed.map(({ data }) => data.by)}{' '}
      {String(useConnectionStatus() === status)}
    </p>
  );
}

const fake = createFakeConnection({ status: 'waiting', holdSends: undefined });
fake.emit('ticket_created', { id: '1', title: 'A ticket' }, { seq: 1, ts: undefined });
// @ts-expect-error: other data.
fake.emit('ticket_created', { id: 1 });
fake.setStatus('ready');
fake.setStatus({ attempt: 2 });
fake.setStatus(fakeStatus('waiting', { attempt: 3 }));
for (const message of fake.sent) {
  if (message.type === 'comment') message.data.ticket.trim();
  message.reject('expired');
}
export const double: FakeConnection = fake;
export const any: Connection = fake;

export const app = (
  <RealtimeProvider connection={fake}>
    <WebSocketStatusIndicator className={undefined} labels={undefined} />
    <Page options={{ path: undefined }} />
  </RealtimeProvider>
);

export const ticketOf = ({ data }: EventOf<RegisteredEvents, 'ticket_created'>): Ticket => data;
export { linked };
