/**
 * Requests to the server's own endpoints. An error carries the server's sentence about what to do, and
 * whatever else it said.
 */
import type { TokenRequest } from 'keepline';

export type Members = Readonly<Record<string, unknown>>;

export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly status: number;
  /** Of the answer, for whoever can do something about it. */
  readonly details: Members;

  constructor(status: number, message: string, details: Members) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export async function getJson(path: string, signal?: AbortSignal): Promise<unknown> {
  return readJson(await fetch(path, signal ? { signal } : {}));
}

export async function postJson(
  path: string,
  body: Members,
  signal?: AbortSignal,
): Promise<unknown> {
  const request: RequestInit = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  return readJson(await fetch(path, signal ? { ...request, signal } : request));
}

export type GetToken = (request: TokenRequest) => Promise<string | null>;

export interface AuthorisedRequest {
  readonly getToken: GetToken;
  readonly signal: AbortSignal;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
}

/** With the same token as the connection; a rejected one is renewed once. */
export async function authorisedJson(path: string, request: AuthorisedRequest): Promise<Members> {
  return membersOf(await readJson(await authorised(path, request)));
}

/** The same for what is no JSON. */
export async function authorisedFile(path: string, request: AuthorisedRequest): Promise<Blob> {
  const response = await authorised(path, request);
  if (!response.ok) await readJson(response);
  return response.blob();
}

async function authorised(path: string, request: AuthorisedRequest): Promise<Response> {
  const { getToken, ...rest } = request;
  const attempt = async (forceRefresh: boolean) => {
    const token = await getToken({ forceRefresh, signal: request.signal });
    if (token === null) throw new Error('Nobody is signed in any more: sign in and try again.');
    const headers = { ...request.headers, Authorization: `Bearer ${token}` };
    return fetch(path, { ...rest, headers });
  };
  const response = await attempt(false);
  return response.status === 401 ? attempt(true) : response;
}

async function readJson(response: Response): Promise<unknown> {
  const document: unknown = await response.json().catch(() => undefined);
  if (response.ok) return document;
  const details = membersOf(document);
  const { error } = details;
  const message = typeof error === 'string' ? error : `HTTP ${response.status}`;
  throw new ServerError(response.status, message, details);
}

export function membersOf(document: unknown): Members {
  return typeof document === 'object' && document !== null ? { ...document } : {};
}
