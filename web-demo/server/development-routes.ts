/**
 * The `/dev/*` endpoints: tokens for the demo's users, and the network panel over HTTP. A table
 * from path to what it does; the doing is elsewhere. Exists in development only.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ownMember } from 'keepline/server';
import {
  booleanMember,
  numberMember,
  optionalNumber,
  RequestError,
  type Routes,
  readJsonBody,
  sendJson,
  stringMember,
} from 'keepline/server/standalone';
import {
  type DevelopmentUser,
  developmentUsers,
  findDevelopmentUser,
} from './development-users.js';
import type { Feed } from './feed.js';
import { requireAllowedOrigin } from './http-auth.js';
import { SAMPLE_DEFAULTS, SAMPLE_ROWS_MAX, writeSample } from './imports/sample-contacts.js';
import type { DevelopmentIssuer } from './issuer.js';
import type { Log } from './log.js';
import { malformedFrames } from './malformed-frames.js';
import type { NetworkPanel } from './network-panel.js';

export interface DevelopmentRoutesOptions {
  readonly issuer: DevelopmentIssuer;
  readonly feed: Feed;
  /** Null where the panel is switched off: tokens are still given out. */
  readonly panel: NetworkPanel | null;
  readonly allowedOrigins: readonly string[];
  readonly log: Log;
}

type Body = Record<string, unknown>;
type UserAction = (user: DevelopmentUser, body: Body) => unknown;
/** Concerns everybody, and answers by itself. */
type ServerAction = (body: Body, response: ServerResponse) => void | Promise<void>;

export const SECONDS = { least: 0, most: 600 } as const;
const HINT_MS = { least: 0, most: 300_000 } as const;
const LATENCY_MS = { least: 0, most: 10_000 } as const;
const BURST = { least: 1, most: 50_000 } as const;
const CLOSE_CODES = { least: 1000, most: 4999 } as const;

/** Room for a raw frame larger than any client accepts. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

export class DevelopmentRoutes implements Routes {
  readonly #options: DevelopmentRoutesOptions;
  readonly #userActions: ReadonlyMap<string, UserAction>;
  readonly #serverActions: ReadonlyMap<string, ServerAction>;

  constructor(options: DevelopmentRoutesOptions) {
    this.#options = options;
    const { panel } = options;
    this.#serverActions = new Map<string, ServerAction>([
      ['/dev/issuer/rotate-keys', (body, response) => this.#rotateKeys(body, response)],
      ...(panel ? [restartAction(panel, options.log)] : []),
    ]);
    this.#userActions = new Map<string, UserAction>([
      ['/dev/token', (user, body) => this.#issueToken(user, body)],
      ['/dev/feed', (user, body) => this.#setFeed(user, body)],
      ...(panel ? panelActions(panel) : []),
    ]);
  }

  /** True when the request was one of these. */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (request.method === 'GET') return this.#handleGet(response, url);
    if (request.method !== 'POST') return false;
    const userAction = this.#userActions.get(url.pathname);
    const serverAction = this.#serverActions.get(url.pathname);
    if (!userAction && !serverAction) return false;
    requireAllowedOrigin(request, this.#options.allowedOrigins);
    const body = await readJsonBody(request, BODY_BYTES_MAX);
    if (userAction) {
      const result = await userAction(userOf(stringMember(body, 'user')), body);
      sendJson(response, 200, result ?? { done: true });
    } else {
      await serverAction?.(body, response);
    }
    return true;
  }

  async #handleGet(response: ServerResponse, url: URL): Promise<boolean> {
    const { issuer, panel } = this.#options;
    if (url.pathname === '/.well-known/jwks.json') {
      sendJson(response, 200, issuer.jwks());
    } else if (url.pathname === '/.well-known/openid-configuration') {
      sendJson(response, 200, issuer.configuration());
    } else if (url.pathname === '/dev/users') {
      sendJson(response, 200, { users: developmentUsers });
    } else if (url.pathname === '/api/sample-contacts.csv') {
      await sendSample(response, url.searchParams.get('rows'));
    } else if (url.pathname === '/dev/network/stats' && panel) {
      sendJson(response, 200, panel.stats(userOf(url.searchParams.get('user') ?? '')));
    } else {
      return false;
    }
    return true;
  }

  async #issueToken(user: DevelopmentUser, body: Body): Promise<unknown> {
    const ttlSec = optionalNumber(body, 'ttlSec', { least: 0.1, most: 86_400 });
    return this.#options.issuer.issue(user, ttlSec);
  }

  async #rotateKeys(body: Body, response: ServerResponse): Promise<void> {
    const keepOld = ownMember(body, 'keepOld') !== undefined && booleanMember(body, 'keepOld');
    await this.#options.issuer.rotateKeys(keepOld);
    const kids = this.#options.issuer.jwks().keys.map(({ kid }) => kid);
    sendJson(response, 200, { done: true, kids });
  }

  #setFeed(user: DevelopmentUser, body: Body): void {
    if (ownMember(body, 'paused') !== undefined) {
      this.#options.feed.setPaused(user, booleanMember(body, 'paused'));
    }
    const steps = optionalNumber(body, 'steps', { least: 1, most: 10_000 });
    if (steps !== undefined) this.#options.feed.step(user, Math.floor(steps));
  }
}

function restartAction(panel: NetworkPanel, log: Log): [string, ServerAction] {
  const restart: ServerAction = (body, response) => {
    const downMs = (optionalNumber(body, 'seconds', SECONDS) ?? 3) * 1000;
    const retryAfterMs = optionalNumber(body, 'retryAfterMs', HINT_MS) ?? downMs;
    const spreadMs = optionalNumber(body, 'spreadMs', HINT_MS) ?? 1500;
    // The answer travels over the listener that is about to go down.
    response.once('close', () => {
      panel.restart(downMs, { retryAfterMs, spreadMs }).catch((error: unknown) => {
        log.error({ problem: String(error) }, 'the listener did not come back');
      });
    });
    response.setHeader('Connection', 'close');
    sendJson(response, 202, { done: true, downMs, retryAfterMs, spreadMs });
  };
  return ['/dev/network/restart', restart];
}

function panelActions(panel: NetworkPanel): [string, UserAction][] {
  return [
    ['/dev/network/drop', (user) => panel.drop(user)],
    ['/dev/network/close', (user, body) => closeSockets(panel, user, body)],
    ['/dev/network/refuse', (user, body) => panel.refuse(user, faultDuration(body))],
    ['/dev/network/hang', (user, body) => panel.hang(user, booleanMember(body, 'on'))],
    ['/dev/network/stall', (user, body) => panel.stall(user, booleanMember(body, 'on'))],
    ['/dev/network/expire', (user) => panel.expireTokens(user)],
    ['/dev/network/revoke', (user, body) => panel.revoke(user, booleanMember(body, 'on'))],
    ['/dev/network/emit', (user, body) => emit(panel, user, body)],
    ['/dev/network/latency', (user, body) => setLatency(panel, user, body)],
    ['/dev/network/burst', (user, body) => burst(panel, user, body)],
    ['/dev/network/malformed', (user) => sendMalformed(panel, user)],
    ['/dev/network/lose', (user) => panel.loseEvents(user)],
    ['/dev/network/heal', (user) => panel.heal(user)],
  ];
}

async function sendSample(response: ServerResponse, rowsText: string | null): Promise<void> {
  const rows = rowsText === null ? SAMPLE_DEFAULTS.rows : Number(rowsText);
  if (!Number.isInteger(rows) || rows < 1 || rows > SAMPLE_ROWS_MAX) {
    throw new RequestError(400, `"rows" must be a whole number from 1 to ${SAMPLE_ROWS_MAX}.`);
  }
  response.writeHead(200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': 'attachment; filename="sample-contacts.csv"',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  await writeSample({ ...SAMPLE_DEFAULTS, rows }, response);
}

/** Refuses a name that is nobody's, in words for whoever wrote it. */
export function userOf(id: string): DevelopmentUser {
  const user = findDevelopmentUser(id);
  if (user) return user;
  const known = developmentUsers.map((listed) => listed.id).join(', ');
  throw new RequestError(404, `"user" must be one of ${known}, or guest- and a name of your own.`);
}

/** `{"seconds": 10}`, or `{"on": true}` for until told. */
function faultDuration(body: Body): number {
  const seconds = optionalNumber(body, 'seconds', SECONDS);
  if (seconds !== undefined) return seconds * 1000;
  return booleanMember(body, 'on') ? Number.POSITIVE_INFINITY : 0;
}

function closeSockets(panel: NetworkPanel, user: DevelopmentUser, body: Body): void {
  const code = numberMember(body, 'code', CLOSE_CODES);
  const sendable = code <= 1014 ? ![1004, 1005, 1006].includes(code) : code >= 3000;
  if (!Number.isInteger(code) || !sendable) {
    throw new RequestError(
      400,
      '"code" must be one that may be sent: 1000 to 1014 but 1004, 1005 and 1006, or 3000 to 4999.',
    );
  }
  panel.close(
    user,
    code,
    ownMember(body, 'reason') === undefined ? '' : stringMember(body, 'reason'),
  );
}

/**
 * `{type, data}` for an event of the stream; `{raw}` for a text frame; `{raw, binary: true}` or
 * `{base64}` for a binary one.
 */
function emit(panel: NetworkPanel, user: DevelopmentUser, body: Body): void {
  if (ownMember(body, 'base64') !== undefined) {
    panel.emitRaw(user, Buffer.from(stringMember(body, 'base64'), 'base64'));
  } else if (ownMember(body, 'raw') !== undefined) {
    const raw = stringMember(body, 'raw');
    panel.emitRaw(user, ownMember(body, 'binary') === true ? Buffer.from(raw) : raw);
  } else {
    panel.emit(user, stringMember(body, 'type'), ownMember(body, 'data'));
  }
}

function setLatency(panel: NetworkPanel, user: DevelopmentUser, body: Body): void {
  panel.setLatency(user, numberMember(body, 'ms', LATENCY_MS));
}

async function burst(panel: NetworkPanel, user: DevelopmentUser, body: Body): Promise<unknown> {
  const count = Math.floor(numberMember(body, 'count', BURST));
  await panel.burst(user, count);
  return { done: true, published: count };
}

function sendMalformed(panel: NetworkPanel, user: DevelopmentUser): unknown {
  for (const { frame } of malformedFrames) panel.emitRaw(user, frame);
  return {
    done: true,
    sent: malformedFrames.length,
    kinds: malformedFrames.map(({ kind }) => kind),
  };
}
