/**
 * What back ends ask of a node over HTTP: publish, kick, who is there, who can be reached. Each request
 * carries a key; what it says is checked member by member before anybody is told of it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isName, ownMember } from '../../frames.js';
import { TokenBucket } from '../../pace.js';
import type { Publication } from '../../publish.js';
import type { Realtime } from '../../realtime.js';
import { requireKey } from '../../standalone/bearer.js';
import {
  allowMethods,
  optionalNumber,
  RequestError,
  readJsonBody,
  sendJson,
  stringMember,
} from '../../standalone/json.js';
import type { Routes } from '../../standalone/router.js';
import type { Metrics } from '../../types.js';

export interface ControlOptions {
  readonly realtime: Realtime;
  readonly metrics: Metrics;
  readonly keys: readonly string[];
  readonly publishesPerSecond: number;
}

interface Action {
  readonly method: 'GET' | 'POST';
  readonly status: number;
  readonly run: (request: IncomingMessage, url: URL) => object | Promise<object>;
}

/** As much as a client may send, too. */
const bodyBytesMax = 64 * 1024;
/** A tenant may have more: those who look want to see some, and to know how many there are. */
const connectionsMax = 1000;
/** Of a close frame: RFC 6455, 5.5. */
const reasonBytesMax = 123;
const closeCodes = { least: 1000, most: 4999 } as const;
const publicationMembers = ['tenant', 'to', 'type', 'data', 'id', 'coalesce', 'trace'];
const kickMembers = ['tenant', 'user', 'code', 'reason'];

export class ControlRoutes implements Routes {
  readonly #options: ControlOptions;
  readonly #pace: TokenBucket;
  readonly #actions: ReadonlyMap<string, Action>;

  constructor(options: ControlOptions) {
    this.#options = options;
    const { publishesPerSecond: perSecond } = options;
    this.#pace = new TokenBucket({ burst: perSecond, perSecond }, performance.now());
    this.#actions = new Map<string, Action>([
      ['/publish', { method: 'POST', status: 202, run: (request) => this.#publish(request) }],
      ['/kick', { method: 'POST', status: 200, run: (request) => this.#kick(request) }],
      ['/connections', { method: 'GET', status: 200, run: (_, url) => this.#connections(url) }],
      ['/reachable', { method: 'GET', status: 200, run: (_, url) => this.#reachable(url) }],
    ]);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const action = this.#actions.get(url.pathname);
    if (!action) return false;
    const { metrics, keys } = this.#options;
    response.once('finish', () => {
      const labels = { route: url.pathname, status: String(response.statusCode) };
      metrics.count('control_requests_total', labels);
    });
    allowMethods(request, [action.method]);
    requireKey(request, keys, 'a key of PUBLISH_KEY');
    sendJson(response, action.status, await action.run(request, url));
    return true;
  }

  async #publish(request: IncomingMessage): Promise<object> {
    const { realtime, publishesPerSecond } = this.#options;
    if (!this.#pace.take(performance.now())) {
      throw new RequestError(
        429,
        `More than ${publishesPerSecond} a second (PUBLISHES_PER_SECOND): repeat it in a second, with an id.`,
        { headers: { 'Retry-After': '1' } },
      );
    }
    const body = await readJsonBody(request, bodyBytesMax);
    refuseUnknown(Object.keys(body), publicationMembers);
    const id = readId(body, request.headers['idempotency-key']);
    // What it is made of is checked by `publish`, as for whoever calls that.
    const event = { ...body, id } as unknown as Publication;
    const { repeat, position } = await realtime.publish(event).catch(refuseEvent);
    return { id: id ?? null, duplicate: repeat, position };
  }

  async #kick(request: IncomingMessage): Promise<object> {
    const body = await readJsonBody(request, bodyBytesMax);
    refuseUnknown(Object.keys(body), kickMembers);
    // Both: one who left a member out would otherwise send a whole tenant away.
    const [tenant, user] = [nameMember(body, 'tenant'), nameMember(body, 'user')];
    const code = optionalNumber(body, 'code', closeCodes);
    const reason = ownMember(body, 'reason') === undefined ? '' : stringMember(body, 'reason');
    if (Buffer.byteLength(reason) > reasonBytesMax) {
      throw new RequestError(400, `"reason" must have at most ${reasonBytesMax} bytes.`);
    }
    try {
      return { closed: this.#options.realtime.kick({ tenant, user }, code, reason) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RequestError(400, '"code" must be 1000, 1012, 1013 or 3000 to 4999.');
    }
  }

  #connections(url: URL): object {
    const filter = readQuery(url, ['tenant'], ['user']);
    const connections = this.#options.realtime.connections(filter);
    return { total: connections.length, connections: connections.slice(0, connectionsMax) };
  }

  #reachable(url: URL): object {
    const { tenant, user } = readQuery(url, ['tenant', 'user'], []);
    return { reachable: this.#options.realtime.reachable(tenant, user) };
  }
}

/** A member that is misspelt would otherwise be left out in silence. */
function refuseUnknown(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new RequestError(400, `"${unknown.slice(0, 64)}" is none of ${known.join(', ')}.`);
}

/** The body's own id, or that of the header, with or without the quotes of a structured field. */
function readId(
  body: Readonly<Record<string, unknown>>,
  header: string | string[] | undefined,
): string | undefined {
  const own = ownMember(body, 'id');
  if (own !== undefined && !isName(own)) {
    throw new RequestError(400, '"id" must be a string of 1 to 64 bytes.');
  }
  if (header === undefined) return own;
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (!isName(key)) {
    throw new RequestError(400, 'The header "Idempotency-Key" must have 1 to 64 bytes.');
  }
  if (own === undefined || own === key) return key;
  throw new RequestError(400, '"id" and the header "Idempotency-Key" differ: send one of them.');
}

function refuseEvent(reason: unknown): never {
  if (!(reason instanceof TypeError)) {
    const sentence = 'The event log does not answer: repeat it in a second, with an id.';
    throw new RequestError(503, sentence, { headers: { 'Retry-After': '1' } });
  }
  const [, member, rest] = /^publish: (\w+) (.*)$/s.exec(reason.message) ?? [];
  throw new RequestError(400, member ? `"${member}" ${rest}.` : reason.message);
}

function nameMember(body: Record<string, unknown>, name: string): string {
  const text = stringMember(body, name);
  if (text !== '') return text;
  throw new RequestError(400, `"${name}" must not be empty.`);
}

function readQuery<Required extends string, Optional extends string>(
  { searchParams }: URL,
  required: readonly Required[],
  optional: readonly Optional[],
): Readonly<Record<Required, string> & Partial<Record<Optional, string>>> {
  const known = [...required, ...optional];
  refuseUnknown([...searchParams.keys()], known);
  const entries = known.flatMap((name) => {
    const values = searchParams.getAll(name);
    const isGood = values.length === 1 ? values[0] !== '' : values.length === 0;
    if (!isGood) throw new RequestError(400, `"${name}" must be said once, and not be empty.`);
    return values.map((value) => [name, value]);
  });
  const missing = required.find((name) => !searchParams.has(name));
  if (missing) throw new RequestError(400, `"${missing}" is missing: write ?${missing}=...`);
  return Object.fromEntries(entries);
}
