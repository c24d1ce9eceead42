// An application that registers its events and messages once: everything knows them, in and outside React.
import {
  type Connection,
  type ConnectionOptions,
  createConnection,
  type EventOf,
  type RegisteredEvents,
} from 'keepline';
import {
  type LinkedConnection,
  RealtimeProvider,
  useConnectionStatus,
  useEvent,
  useEventBuffer,
  useLatestEvent,
  useWebSocket,
  WebSocketStatusIndicator,
} from 'keepline/react';
import 'keepline/react/style.css';
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
  }
}

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

export function Page({ options }: { options: ConnectionOptions | undefined }) {
  const { send, subscribe, status } = useWebSocket();
  const title: string | null = useLatestEvent('ticket_created', ({ data }) => data.title);
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
      {title} {closed.map(({ data }) => data.by)} {String(useConnectionStatus() === status)}
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
