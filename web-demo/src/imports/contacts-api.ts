/**
 * The two requests of a contact import: the file itself, and how an import stands. Both carry the
 * same token as the connection, and a rejected one is renewed once.
 */
import type { TokenRequest } from 'keepline';
import { type ImportAccount, REFUSED_ROWS_MAX, type RefusedRow } from '../desk/imports.js';
import { fetchJson, ServerError } from '../http.js';

export type GetToken = (request: TokenRequest) => Promise<string | null>;

export interface AcceptedImport {
  readonly importId: string;
  readonly total: number;
}

export async function uploadContacts(
  file: File,
  getToken: GetToken,
  signal: AbortSignal,
): Promise<AcceptedImport> {
  const path = `/api/imports?name=${encodeURIComponent(file.name)}`;
  // The type is named here: browsers call a CSV what the operating system does, which may be Excel's.
  const headers = { 'Content-Type': 'text/csv' };
  const request = { method: 'POST', headers, body: file, signal };
  const { importId, total } = membersOf(await authorised(path, request, getToken, signal));
  if (typeof importId === 'string' && typeof total === 'number') return { importId, total };
  throw new Error('The server took the file but did not say what it calls the import.');
}

export async function fetchImport(
  importId: string,
  getToken: GetToken,
  signal: AbortSignal,
): Promise<ImportAccount> {
  const path = `/api/imports/${encodeURIComponent(importId)}`;
  const told = membersOf(await authorised(path, { headers: {}, signal }, getToken, signal));
  const { processed, total, succeeded, failed, durationMs, name, problem } = told;
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
    importId,
    state,
    processed,
    total,
    succeeded,
    failed,
    refused: refusedRowsOf(told['errors']),
    ...(typeof durationMs === 'number' && { durationMs }),
    ...(typeof name === 'string' && { name }),
    ...(typeof problem === 'string' && { problem }),
  };
}

const STATES = ['running', 'complete', 'failed'] as const;

function refusedRowsOf(errors: unknown): readonly RefusedRow[] {
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, REFUSED_ROWS_MAX).flatMap((error: unknown, key) => {
    const { row, message } = membersOf(error);
    return typeof row === 'number' && typeof message === 'string' ? [{ key, row, message }] : [];
  });
}

type AuthorisedRequest = RequestInit & { readonly headers: Readonly<Record<string, string>> };

async function authorised(
  path: string,
  request: AuthorisedRequest,
  getToken: GetToken,
  signal: AbortSignal,
): Promise<unknown> {
  const attempt = async (forceRefresh: boolean) => {
    const token = await getToken({ forceRefresh, signal });
    if (token === null) throw new Error('Nobody is signed in any more: sign in and send it again.');
    const headers = { ...request.headers, Authorization: `Bearer ${token}` };
    return fetchJson(path, { ...request, headers });
  };
  try {
    return await attempt(false);
  } catch (error) {
    if (error instanceof ServerError && error.status === 401) return attempt(true);
    throw error;
  }
}

function membersOf(document: unknown): Readonly<Record<string, unknown>> {
  return typeof document === 'object' && document !== null ? { ...document } : {};
}
