/**
 * `POST /api/imports` takes a contact list, `GET /api/imports/:id` says what became of it. Both ask
 * for the same token as a socket; nothing of a stranger's file is read.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Verify } from 'keepline/server';
import { authenticateRequest, requireAllowedOrigin } from '../http-auth.js';
import {
  allowMethods,
  discardRest,
  mediaType,
  RequestError,
  readBody,
  sendJson,
} from '../http-json.js';
import type { Routes } from '../http-router.js';
import type { ImportLimits } from '../options.js';
import { readContactFile } from './contact-file.js';
import type { ImportDesk } from './import-desk.js';

export interface ImportRoutesOptions {
  readonly desk: ImportDesk;
  readonly verify: Verify;
  readonly allowedOrigins: readonly string[];
  readonly limits: ImportLimits;
}

const PATH = '/api/imports';
const NAME_CHARACTERS_MAX = 200;
const DEFAULT_NAME = 'contacts.csv';

export class ImportRoutes implements Routes {
  readonly #options: ImportRoutesOptions;

  constructor(options: ImportRoutesOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (url.pathname !== PATH && !url.pathname.startsWith(`${PATH}/`)) return false;
    requireAllowedOrigin(request, this.#options.allowedOrigins);
    if (url.pathname === PATH) {
      allowMethods(request, ['POST']);
      await this.#receive(request, response, url);
    } else {
      allowMethods(request, ['GET']);
      await this.#report(request, response, url.pathname.slice(PATH.length + 1));
    }
    return true;
  }

  async #receive(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { desk, verify, limits } = this.#options;
    const principal = await authenticateRequest(request, verify);
    if (mediaType(request) !== 'text/csv') {
      throw new RequestError(415, 'Send a CSV file, with the header "Content-Type: text/csv".');
    }
    const { importId, total } = await desk.accept(principal, fileName(url), () =>
      readContactFile(readBody(request, limits.fileBytesMax), limits),
    );
    sendJson(response, 202, { importId, total });
    // A file that broke in its middle was not read to its end.
    discardRest(request);
  }

  async #report(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const principal = await authenticateRequest(request, this.#options.verify);
    const state = this.#options.desk.find(principal, id);
    if (state === undefined) {
      throw new RequestError(404, 'There is no such import of yours, or it was long ago.');
    }
    sendJson(response, 200, state);
  }
}

/** A label and nothing else: no file is ever opened by it. */
function fileName(url: URL): string {
  const name = (url.searchParams.get('name') ?? '').replace(/\p{C}/gu, '').trim();
  return [...name].slice(0, NAME_CHARACTERS_MAX).join('') || DEFAULT_NAME;
}
