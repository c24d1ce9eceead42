/** What a contact import asks of the server, and its answers read with care. */
import {
  type FileColumn,
  type FileForm,
  type ImportAccount,
  REFUSED_ROWS_MAX,
  type RefusedRow,
} from '../desk/imports.js';
import {
  type AuthorisedRequest,
  authorisedFile,
  authorisedJson,
  type Members,
  membersOf,
  ServerError,
} from '../http.js';

export type Asker = Pick<AuthorisedRequest, 'getToken' | 'signal'>;

/** What a person says of a file because the file does not. */
export interface UploadSettings {
  /** Two letters; empty where numbers begin with a plus, or the server knows. */
  readonly country: string;
  /** Which column is which field; empty where the first line tells. */
  readonly map: ReadonlyMap<string, string>;
}

export interface AcceptedImport {
  readonly importId: string;
  readonly total: number;
  readonly form?: FileForm;
}

export async function uploadContacts(
  file: File,
  { country, map }: UploadSettings,
  asker: Asker,
): Promise<AcceptedImport> {
  const query = new URLSearchParams({ name: file.name });
  if (country !== '') query.set('country', country);
  for (const [field, column] of map) query.append('map', `${field}:${column}`);
  const answer = await authorisedJson(`/api/imports?${query}`, {
    ...asker,
    method: 'POST',
    // Named here: browsers call a CSV what the operating system does, which may be Excel's.
    headers: { 'Content-Type': 'text/csv' },
    body: file,
  });
  const { importId, total } = answer;
  if (typeof importId === 'string' && typeof total === 'number') {
    return { importId, total, ...formOf(answer) };
  }
  throw new Error('The server took the file but did not say what it calls the import.');
}

/** The one under way, or else the newest: what a page that has just come should show. */
export async function findImport(asker: Asker): Promise<string | null> {
  const { imports } = await authorisedJson('/api/imports', asker);
  const listed = (Array.isArray(imports) ? imports : []).map(membersOf);
  const chosen = listed.find(({ state }) => state === 'running') ?? listed[0];
  const importId = chosen?.['importId'];
  return typeof importId === 'string' ? importId : null;
}

export async function fetchImport(importId: string, asker: Asker): Promise<ImportAccount> {
  const told = await authorisedJson(addressOf(importId), asker);
  const { processed, total, succeeded, failed } = told;
  const { durationMs, name, problem, refusedKept } = told;
  const state = STATES.find((known) => known === told['state']);
  if (
    state === undefined ||
    typeof processed !== 'number' ||
    typeof total !== 'number' ||
    typeof succeeded !== 'number' ||
    typeof failed !== 'number'
  ) {
    throw new Error('The server did not say how the import stands.');
  }
  return {
    ...{ importId, state, processed, total, succeeded, failed },
    refused: refusedRowsOf(told['errors']),
    ...(typeof durationMs === 'number' && state !== 'running' && { durationMs }),
    ...(typeof name === 'string' && { name }),
    ...(typeof problem === 'string' && { problem }),
    ...(typeof refusedKept === 'number' && { refusedKept }),
    ...formOf(told),
  };
}

export async function fetchRefused(importId: string, asker: Asker): Promise<Blob> {
  return authorisedFile(`${addressOf(importId)}/refused.csv`, asker);
}

/** The columns of a file whose sender has to say which is which; null for another error. */
export function columnsInDoubt(error: unknown): readonly FileColumn[] | null {
  if (!(error instanceof ServerError)) return null;
  const { code, columns } = error.details;
  if (code !== 'columns_missing' && code !== 'columns_ambiguous') return null;
  const listed = columnsOf(columns);
  return listed.length > 0 ? listed : null;
}

const STATES = ['running', 'complete', 'failed'] as const;

function addressOf(importId: string): string {
  return `/api/imports/${encodeURIComponent(importId)}`;
}

function formOf({ encoding, delimiter, country, columns }: Members): { readonly form?: FileForm } {
  if (typeof encoding !== 'string' || typeof delimiter !== 'string') return {};
  const known = typeof country === 'string' ? country : null;
  return { form: { encoding, delimiter, country: known, columns: columnsOf(columns) } };
}

function columnsOf(columns: unknown): readonly FileColumn[] {
  if (!Array.isArray(columns)) return [];
  return columns.flatMap((each: unknown) => {
    const { column, field } = membersOf(each);
    if (typeof column !== 'string') return [];
    return [{ column, field: typeof field === 'string' ? field : null }];
  });
}

function refusedRowsOf(errors: unknown): readonly RefusedRow[] {
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, REFUSED_ROWS_MAX).flatMap((error: unknown, key) => {
    const { row, message, name, value } = membersOf(error);
    if (typeof row !== 'number' || typeof message !== 'string') return [];
    const details = {
      ...(typeof name === 'string' && { name }),
      ...(typeof value === 'string' && { value }),
    };
    return [{ key, row, message, ...details }];
  });
}
