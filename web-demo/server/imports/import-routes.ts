/**
 * `POST /api/imports` takes a contact list, `GET` lists the newest, `GET …/:id` says what became of
 * one and `GET …/:id/refused.csv` which of its rows were refused. All ask for the same token as a
 * socket; nothing of a stranger's file is read.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UserKey, Verify } from 'keepline/server';
import {
  allowMethods,
  discardRest,
  mediaType,
  RequestError,
  type Routes,
  sendJson,
} from 'keepline/server/standalone';
import { authenticateRequest, requireAllowedOrigin } from '../http-auth.js';
import type { ImportDesk } from './import-desk.js';
import type { ImportRun } from './import-run.js';
import { readColumnMap } from './reading/columns.js';
import type { ReadSettings } from './reading/contact-file.js';
import { type CountryCode, readCountry } from './reading/phone-number.js';
import { FileRefused } from './reading/refusal.js';
import type { Uploads } from './uploads.js';

export interface ImportRoutesOptions {
  readonly desk: ImportDesk;
  readonly uploads: Uploads;
  readonly verify: Verify;
  readonly allowedOrigins: readonly string[];
  /** Of lists that do not say theirs. */
  readonly country: CountryCode | undefined;
}

const PATH = '/api/imports';
const REFUSED = /^([^/]+)\/refused\.csv$/;
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
    const isList = url.pathname === PATH;
    allowMethods(request, isList ? ['GET', 'POST'] : ['GET']);
    const principal = await authenticateRequest(request, this.#options.verify);
    if (request.method === 'POST') await this.#receive(principal, request, response, url);
    else if (isList) sendJson(response, 200, { imports: this.#options.desk.list(principal) });
    else this.#report(principal, response, url.pathname.slice(PATH.length + 1));
    return true;
  }

  async #receive(
    principal: UserKey,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const { desk, uploads } = this.#options;
    if (mediaType(request) !== 'text/csv') {
      throw new RequestError(415, 'Send a CSV file, with the header "Content-Type: text/csv".');
    }
    try {
      const { importId, total, encoding, delimiter, country, columns } = await desk.accept(
        principal,
        {
          name: fileName(url),
          settings: this.#settings(url.searchParams),
          receive: (use) => uploads.receive(request, principal.tenant, use),
        },
      );
      sendJson(response, 202, { importId, total, encoding, delimiter, country, columns });
    } catch (error) {
      throw error instanceof FileRefused ? answerTo(error) : error;
    }
    discardRest(request);
  }

  #settings(query: URLSearchParams): ReadSettings {
    const text = query.get('country');
    const country = text === null ? this.#options.country : readCountry(text);
    if (text !== null && country === undefined) {
      throw new RequestError(400, 'The country is none: write two letters, such as DE or US.', {
        details: { code: 'country_invalid' },
      });
    }
    const encoding = query.get('encoding') ?? undefined;
    return { map: readColumnMap(query.getAll('map')), country, encoding };
  }

  #report(principal: UserKey, response: ServerResponse, path: string): void {
    const refusedOf = REFUSED.exec(path)?.[1];
    const run = this.#options.desk.find(principal, refusedOf ?? path);
    if (run === undefined) {
      throw new RequestError(404, 'There is no such import of yours, or it was long ago.');
    }
    if (refusedOf === undefined) sendJson(response, 200, run.snapshot());
    else sendRefused(response, run);
  }
}

function sendRefused(response: ServerResponse, run: ImportRun): void {
  if (run.refused.kept === 0) {
    throw new RequestError(404, 'No refused row of this import is kept.');
  }
  const name = `${run.summary().name.replace(/\.[^.]*$/, '')}.refused.csv`;
  response.writeHead(200, {
    'Content-Type': 'text/csv; charset=utf-8',
    // RFC 6266 and 8187: what is no letter or digit is percent-encoded.
    'Content-Disposition': `attachment; filename="refused.csv"; filename*=UTF-8''${encodeName(name)}`,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(run.refused.toCsv());
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const STATUS_TOO_LARGE = 413;
const STATUS_BAD = 400;

function answerTo({ code, message, details }: FileRefused): RequestError {
  const status = code === 'file_too_large' ? STATUS_TOO_LARGE : STATUS_BAD;
  return new RequestError(status, message, { details: { code, ...details } });
}

/** A label and nothing else: no file is ever opened by it. */
function fileName(url: URL): string {
  const name = (url.searchParams.get('name') ?? '').replace(/\p{C}/gu, '').trim();
  return [...name].slice(0, NAME_CHARACTERS_MAX).join('') || DEFAULT_NAME;
}
