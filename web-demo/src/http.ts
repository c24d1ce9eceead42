/**
 * JSON requests to the server's own endpoints. An error carries the server's sentence about what to
 * do.
 */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function getJson(path: string, signal?: AbortSignal): Promise<unknown> {
  return read(await fetch(path, signal ? { signal } : {}));
}

export async function postJson(
  path: string,
  body: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<unknown> {
  const request: RequestInit = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  return read(await fetch(path, signal ? { ...request, signal } : request));
}

/** For requests of another form: answers and errors are read as the others' are. */
export async function fetchJson(path: string, request: RequestInit): Promise<unknown> {
  return read(await fetch(path, request));
}

async function read(response: Response): Promise<unknown> {
  const document: unknown = await response.json().catch(() => undefined);
  if (response.ok) return document;
  throw new ServerError(response.status, explanation(document) ?? `HTTP ${response.status}`);
}

function explanation(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || !('error' in document)) return undefined;
  return typeof document.error === 'string' ? document.error : undefined;
}
