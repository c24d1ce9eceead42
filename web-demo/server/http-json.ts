/**
 * JSON over HTTP for the server's few endpoints: bounded bodies in, small documents out, and errors
 * with their remedy.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecord, ownMember } from './frames.js';

export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Room for a raw frame larger than any client accepts. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

export async function readJsonBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  // A type that a form of another site cannot send: such a request would have to ask us first, and
  // we do not answer.
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') {
    throw new RequestError(415, 'Send the header "Content-Type: application/json".');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new RequestError(413, `Send at most ${BODY_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new RequestError(400, 'Send a JSON object as the body.');
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
