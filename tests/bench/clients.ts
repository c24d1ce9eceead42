// The clients that are measured. A new one is a file that exports `start`, and a row here.
import type { Format } from './wire.js';

export interface ClientRow {
  readonly name: string;
  /** `clients/<module>.ts`, and `clients/<module>.view.tsx` where it has a React layer of its own. */
  readonly module: string;
  readonly format: Format;
  /** Where the connection lives; one in a worker is a row of its own, beside the one in the page. */
  readonly host: 'page' | 'worker';
  /** Takes several events in one message, and says so to the server. */
  readonly batches?: boolean;
}

/** What all others are compared with. */
export const baseline = 'raw';

/** Where events come several in a message, whoever cannot take them so would be measured as in `all`. */
export const rowsFor = (perMessage: number, rows: readonly ClientRow[]): readonly ClientRow[] =>
  perMessage === 1
    ? rows
    : rows.filter(({ module, batches }) => batches === true || module === baseline);

/** How many events a message of a case holds for this client. */
export const perMessageFor = ({ perMessage }: { perMessage: number }, row: ClientRow): number =>
  row.batches === true ? perMessage : 1;

export const clients: readonly ClientRow[] = [
  { name: baseline, module: 'raw', format: 'json', host: 'page' },
  // The same once more: what the ratio of equals is on this machine today.
  { name: 'raw-again', module: 'raw', format: 'json', host: 'page' },
  {
    name: 'reconnecting-websocket',
    module: 'reconnecting-websocket',
    format: 'json',
    host: 'page',
  },
  { name: 'partysocket', module: 'partysocket', format: 'json', host: 'page' },
  { name: 'react-use-websocket', module: 'react-use-websocket', format: 'json', host: 'page' },
  { name: 'socket.io-client', module: 'socket.io-client', format: 'socket.io', host: 'page' },
  { name: 'centrifuge', module: 'centrifuge', format: 'centrifuge', host: 'page' },
  { name: 'pusher', module: 'pusher-js', format: 'pusher', host: 'page' },
  { name: 'phoenix', module: 'phoenix', format: 'phoenix', host: 'page' },
  { name: 'keepline', module: 'keepline', format: 'json', host: 'page', batches: true },
  {
    name: 'keepline-worker',
    module: 'keepline-worker',
    format: 'json',
    host: 'worker',
    batches: true,
  },
];
