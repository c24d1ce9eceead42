/**
 * One port for all: upgrades to `/ws` go to the nodes in turn, everything else to the back end. Says who was
 * there by X-Forwarded-For, and keeps Host, by which a node knows its own pages.
 */
import {
  createServer,
  type IncomingMessage,
  request as requestHttp,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from 'keepline/server/ws';

const SOCKET_PATH = '/ws';
/** Where whatever is behind this listens. */
const HOST = '127.0.0.1';

export interface BalancerOptions {
  readonly backEndPort: number;
  /** Ports of the nodes that take dials, in the order in which they would be tried now. */
  readonly nodePorts: () => readonly number[];
}

export class Balancer {
  readonly http: Server;
  readonly #options: BalancerOptions;
  readonly #tunnels = new Set<Duplex>();

  constructor(options: BalancerOptions) {
    this.#options = options;
    this.http = createServer((request, response) => this.#pass(request, response));
    this.http.on('upgrade', (request: IncomingMessage, transport: Duplex, head: Buffer) => {
      const [path] = (request.url ?? '').split('?');
      const { backEndPort, nodePorts } = options;
      this.#tunnels.add(transport);
      transport.on('error', () => transport.destroy());
      transport.once('close', () => this.#tunnels.delete(transport));
      this.#tunnel(request, transport, head, path === SOCKET_PATH ? nodePorts() : [backEndPort]);
    });
  }

  close(): void {
    this.http.close();
    this.http.closeAllConnections();
    for (const transport of this.#tunnels) transport.destroy();
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const { method, url: path } = request;
    // A connection for each request: one that is kept may be closed just when it is used again.
    const to = { host: HOST, port: this.#options.backEndPort, agent: false, setHost: false };
    const upstream = requestHttp({ ...to, method, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, pairsOf(answer.rawHeaders, ofConnection).flat());
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    for (const [name, value] of headersOf(request, ofConnection)) {
      upstream.appendHeader(name, value);
    }
    upstream.on('error', () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
    // Whoever goes away wants no answer.
    response.on('close', () => upstream.destroy());
    request.on('error', () => upstream.destroy());
    request.pipe(upstream);
  }

  /** Byte by byte, to the first of these that takes it. */
  #tunnel(
    request: IncomingMessage,
    transport: Duplex,
    head: Buffer,
    [port, ...others]: readonly number[],
  ): void {
    if (port === undefined) {
      refuseUpgrade(transport, 503);
      return;
    }
    const upstream = connect({ port, host: HOST, noDelay: true });
    upstream.once('error', () => {
      if (!transport.destroyed) this.#tunnel(request, transport, head, others);
    });
    upstream.once('connect', () => {
      upstream.removeAllListeners('error');
      if (transport.destroyed) {
        upstream.destroy();
        return;
      }
      upstream.write(headOf(request));
      upstream.write(head);
      upstream.pipe(transport).pipe(upstream);
      upstream.on('error', () => upstream.destroy());
      upstream.once('close', () => transport.destroy());
      transport.once('close', () => upstream.destroy());
    });
  }
}

/** Of one connection, and not of what is behind the next. */
const ofConnection: ReadonlySet<string> = new Set(['connection', 'keep-alive']);
const FORWARDED = 'x-forwarded-for';

function pairsOf(raw: readonly string[], without: ReadonlySet<string>): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2);
    if (!without.has(name.toLowerCase())) pairs.push([name, value]);
  }
  return pairs;
}

/** With who was there added behind whoever was named before. */
function headersOf(
  { rawHeaders, headers, socket }: IncomingMessage,
  without: ReadonlySet<string> = new Set(),
): [string, string][] {
  const before = [headers[FORWARDED] ?? []].flat();
  const named = [...before, socket.remoteAddress ?? ''].join(', ');
  const kept = pairsOf(rawHeaders, new Set([...without, FORWARDED]));
  return [...kept, ['X-Forwarded-For', named]];
}

function headOf(request: IncomingMessage): Buffer {
  const lines = headersOf(request).map(([name, value]) => `${name}: ${value}`);
  const first = `${request.method} ${request.url} HTTP/1.1`;
  return Buffer.from(`${[first, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
}
