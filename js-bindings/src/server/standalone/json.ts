// JSON over HTTP for a server's few endpoints: bounded bodies in, small documents out, and errors with their
// remedy.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord, ownMember } from '../frames.js';

export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Members of the answer beside `error`, for whoever reads it by machine. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, extras: RequestErrorExtras = {}) {
    super(message);
    this.status = status;
    this.headers = extras.headers ?? {};
    this.details = extras.details ?? {};
  }
}

export interface RequestErrorExtras {
  readonly headers?: Readonly<Record<string, string>>;
  readonly details?: Readonly<Record<string, unknown>>;
}

export function allowMethods(request: IncomingMessage, methods: readonly string[]): void {
  if (methods.includes(request.method ?? '')) return;
  const Allow = methods.join(', ');
  throw new RequestError(405, `Use ${methods.join(' or ')} at this address.`, {
    headers: { Allow },
  });
}

export function mediaType(request: IncomingMessage): string {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/**
 * What is still read, and thrown away, of a body that was refused: a browser shows its page the
 * answer only if it could send to the end.
 */
const discardedBytesMax = 64 * 1024 * 1024;

/**
 * The body as it arrives, up to a bound. The request outlives a reader that stops early, so that it
 * can still be answered.
 */
export async function* readBody(
  request: IncomingMessage,
  bytesMax: number,
): AsyncGenerator<Buffer> {
  const tooLarge = () => new RequestError(413, `Send at most ${describeBytes(bytesMax)}.`);
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge();
    yield chunk;
  }
}

/** Reads the rest of a body that nobody wants, and hangs up on one that does not end. */
export function discardRest(request: IncomingMessage): void {
  if (request.complete) return;
  let size = 0;
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > discardedBytesMax) request.destroy();
  });
}

function describeBytes(bytes: number): string {
  const kibibytes = bytes / 1024;
  const mebibytes = kibibytes / 1024;
  if (Number.isInteger(mebibytes)) return `${mebibytes} MiB`;
  return Number.isInteger(kibibytes) ? `${kibibytes} KiB` : `${bytes} bytes`;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

export async function readJsonBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Record<string, unknown>> {
  // A type that a form of another site cannot send: such a request would have to ask us first, and
  // we do not answer.
  if (mediaType(request) !== 'application/json') {
    throw new RequestError(415, 'Send the header "Content-Type: application/json".');
  }
  const chunks: Buffer[] = [];
  for await (const chunk of readBody(request, bytesMax)) chunks.push(chunk);
  let body: unknown;
  try {
    body = JSON.parse(strictUtf8.decode(Buffer.concat(chunks)));
  } catch {
    throw new RequestError(400, 'Send a JSON object, in UTF-8, as the body.');
  }
  if (!isRecord(body)) throw new RequestError(400, 'Send a JSON object as the body.');
  return body;
}

export function sendJson(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(JSON.stringify(document));
}

export function stringMember(body: Record<string, unknown>, name: string): string {
  const value = ownMember(body, name);
  if (typeof value !== 'string') throw new RequestError(400, `"${name}" must be a string.`);
  return value;
}

export function booleanMember(body: Record<string, unknown>, name: string): boolean {
  const value = ownMember(body, name);
  if (typeof value !== 'boolean') throw new RequestError(400, `"${name}" must be true or false.`);
  return value;
}

export interface NumberRange {
  readonly least: number;
  readonly most: number;
}

export function numberMember(
  body: Record<string, unknown>,
  name: string,
  range: NumberRange,
): number {
  const value = ownMember(body, name);
  if (typeof value !== 'number' || !(value >= range.least && value <= range.most)) {
    throw new RequestError(400, `"${name}" must be a number from ${range.least} to ${range.most}.`);
  }
  return value;
}

/** The same for members that may be left out. */
export function optionalNumber(
  body: Record<string, unknown>,
  name: string,
  range: NumberRange,
): number | undefined {
  return ownMember(body, name) === undefined ? undefined : numberMember(body, name, range);
}
