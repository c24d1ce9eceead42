/** What uploads a contact list and listens to what becomes of it. */
import { ContactBook } from '../../../web-demo/server/imports/contact-book.js';
import {
  ImportRun,
  type ImportRunDependencies,
} from '../../../web-demo/server/imports/import-run.js';
import {
  type PackedFile,
  packRows,
} from '../../../web-demo/server/imports/reading/thread-messages.js';
import { defaultOptions, type ServerOptions } from '../../../web-demo/server/options.js';
import type { Client } from './client.js';
import { startServer, type TestServer, tokenFor } from './server.js';

export const HEADER = 'name,phone,email,company\n';

/** Imports as fast as it goes, unless told otherwise. */
export async function startImporter(
  imports: Partial<ServerOptions['imports']> = {},
): Promise<TestServer> {
  return startServer({ imports: { ...defaultOptions.imports, rowsPerSecond: 0, ...imports } });
}

export async function upload(
  server: TestServer,
  user: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
  query = '',
) {
  const response = await fetch(`${server.url}/api/imports?name=contacts.csv&${query}`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await tokenFor(server, user)}`,
      'Content-Type': 'text/csv',
      ...headers,
    },
    body,
    duplex: 'half',
  } as RequestInit);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export async function ask(server: TestServer, user: string, path: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${await tokenFor(server, user)}` };
  return fetch(`${server.url}/api/imports${path}`, { headers });
}

export async function stateOf(server: TestServer, user: string, id: unknown) {
  const response = await ask(server, user, `/${String(id)}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Every event until one that ends the import. */
export async function eventsOf(
  client: Client,
): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const events: { type: string; data: Record<string, unknown> }[] = [];
  for (;;) {
    const event = (await client.next()) as (typeof events)[number];
    events.push(event);
    const failed = event.type === 'import_error' && event.data['row'] === undefined;
    if (event.type === 'import_complete' || failed) return events;
  }
}

const phone = (index: number) =>
  `+1${200 + Math.floor(index / 100)}55501${String(index % 100).padStart(2, '0')}`;
export const goodRows = (count: number) =>
  Array.from({ length: count }, (_, index) => `Person ${index},${phone(index)},,\n`).join('');

/** As it is when it has been read: so many rows, each of them refused. */
export function contactFile(count: number, broken?: string): PackedFile {
  const cells = { name: 'Mara', phone: 'none', email: '', company: '' };
  const message = 'The phone number is none.';
  const problem = { code: 'phone_invalid', message, field: 'phone' } as const;
  const rows = Array.from({ length: count }, (_, index) => ({ row: index + 2, cells, problem }));
  const columns = [
    { column: 'name', field: 'name' },
    { column: 'phone', field: 'phone' },
  ] as const;
  const form = { encoding: 'utf-8', delimiter: ',', country: null, columns } as const;
  return { form, total: count, slices: packRows(rows), broken };
}

/** One import of it by itself, as fast as it goes. */
export function runOf(file: PackedFile, publish: ImportRunDependencies['publish'] = () => {}) {
  return new ImportRun({
    importId: 'upload-1',
    name: 'contacts.csv',
    file,
    tenant: 'harbour',
    contacts: new ContactBook(1),
    limits: { ...defaultOptions.imports, rowsPerSecond: 0 },
    publish,
  });
}
