// `attach`: puts a server's real-time half on an HTTP server that somebody else made, at one path.
//
// A refusal that a page should understand is an accepted upgrade followed by a close code, because a browser
// shows a page nothing of a failed upgrade but 1006.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { addressOf, isSecure, type OtherEnd, type TrustProxy } from '../forwarded.js';
import { readOrigins, subprotocol } from '../handshake.js';
import type { Realtime } from '../realtime.js';
import type { DialRequest, Incoming, Link } from '../types.js';
import { Intake } from './intake.js';
import { SocketLink } from './link.js';
import {
  ignoreUpgrade,
  isWebSocketUpgrade,
  leaveToOthers,
  pathOf,
  refuseUpgrade,
} from './upgrades.js';

export interface AttachOptions {
  /** Default `/ws`. Other paths are left to whoever else listens for upgrades. */
  readonly path?: string | undefined;
  /**
   * Which pages may dial, such as `https://crm.example`; `self` is the dialled host, and the default. Behind
   * a proxy that ends TLS or changes `Host`, say them by name.
   */
  readonly origins?: readonly string[] | undefined;
  /**
   * How many proxies of your own stand in front, each of which adds the address it saw to `X-Forwarded-For`;
   * default 0, and then the header is not looked at, because anybody can send it.
   */
  readonly trustProxy?: TrustProxy | undefined;
  /**
   * Compresses messages from so many bytes (permessage-deflate, RFC 7692). Default never: it cost each link
   * 216 KiB where it was measured (1,000 links, Node 20), and costs every message processor time.
   */
  readonly compressFromBytes?: number | undefined;
  /** Looks at a dial before its upgrade; true where it has been taken care of. For faults on purpose. */
  readonly intercept?: ((request: IncomingMessage, transport: Duplex) => boolean) | undefined;
  /** In place of `realtime.accept`: whoever wants to stand between a link and its session. */
  readonly accept?: ((opened: OpenedLink) => Incoming) | undefined;
}

export interface OpenedLink {
  readonly link: Link;
  readonly dial: DialRequest;
  readonly socket: WebSocket;
  readonly transport: Duplex;
  /** What would have been done with it. */
  readonly accept: (link: Link) => Incoming;
}

interface Attached {
  /** False where the path is another's. */
  take(request: IncomingMessage, transport: Duplex, head: Buffer): boolean;
  notFound(): void;
}

/** By server: whatever is attached to it shares one listener, which knows whether nobody wanted an upgrade. */
const attachedTo = new WeakMap<Server, Set<Attached>>();

/** Room for a token of 8 KiB and for what else a browser sends, in the time that a poor line needs. */
const headersMs = 10_000;
const nodeHeadersMs = 60_000;

/**
 * Takes WebSocket upgrades of `path` from now on; what it returns stops that, and leaves open links alone.
 * Where `server` still has Node's defaults it gets `maxConnections` by the limits, and 10 s for the headers of
 * a request in place of 60. Make it with `connectionsCheckingInterval: 5000`, which cannot be set later.
 * Throws a TypeError for a wrong option.
 */
export function attach(
  server: Server,
  realtime: Realtime,
  options: AttachOptions = {},
): () => void {
  const { path = '/ws', intercept, accept } = options;
  if (!path.startsWith('/')) throw new TypeError('attach: path must begin with /');
  const origins = options.origins && readOrigins(options.origins);
  const { limits } = realtime;
  server.maxConnections ||= limits.sockets + 1000;
  if (server.headersTimeout === nodeHeadersMs) server.headersTimeout = headersMs;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate:
      options.compressFromBytes === undefined ? false : deflate(options.compressFromBytes),
    maxPayload: limits.messageBytes,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  const intake = new Intake();
  const take = (request: IncomingMessage, transport: Duplex, head: Buffer) => {
    if (pathOf(request) !== path) return false;
    const remoteAddress = addressOf(otherEndOf(request), options.trustProxy);
    const turned = realtime.turnsAway(remoteAddress);
    if (turned) refuseUpgrade(transport, turned);
    else if (intercept?.(request, transport)) realtime.countRefusal('fault');
    else {
      sockets.handleUpgrade(request, transport, head, (socket) => {
        const { headers } = request;
        const secure = isSecure(otherEndOf(request), options.trustProxy);
        const dial: DialRequest = { remoteAddress, path, secure, headers };
        const link = new SocketLink(socket, transport, remoteAddress, limits, intake);
        const acceptLink = (taken: Link) => realtime.accept(taken, dial, origins);
        link.tell(
          accept?.({ link, dial, socket, transport, accept: acceptLink }) ?? acceptLink(link),
        );
      });
    }
    return true;
  };
  return addTo(server, { take, notFound: () => realtime.countRefusal('not_found') });
}

function otherEndOf({ socket, headers }: IncomingMessage): OtherEnd {
  const encrypted = (socket as TLSSocket).encrypted === true;
  return { address: socket.remoteAddress ?? '', encrypted, headers };
}

function deflate(threshold: number) {
  // Without context takeover a link keeps no window of its own between messages.
  return { threshold, serverNoContextTakeover: true, clientNoContextTakeover: true };
}

function addTo(server: Server, attached: Attached): () => void {
  const takers = attachedTo.get(server) ?? new Set<Attached>();
  takers.add(attached);
  if (!attachedTo.has(server)) {
    attachedTo.set(server, takers);
    takeFirst(server, takers);
    server.on('upgrade', (request: IncomingMessage, transport: Duplex, head: Buffer) =>
      leave(server, takers, request, transport, head),
    );
  }
  return () => {
    takers.delete(attached);
  };
}

/**
 * Every listener is told of every upgrade, and some end what they do not know: `ws` that was given a server and
 * a path, Next where a page matches any address. So none is told of what is taken here.
 */
function takeFirst(server: Server, takers: ReadonlySet<Attached>): void {
  const emit = server.emit;
  server.emit = (event: string | symbol, ...given: unknown[]): boolean => {
    if (event === 'upgrade') {
      const [request, transport, head] = given as [IncomingMessage, Duplex, Buffer];
      // Between the upgrade and its answer nobody else listens, and a reset there would end the process.
      transport.on('error', () => transport.destroy());
      if (isWebSocketUpgrade(request)) {
        for (const each of takers) if (each.take(request, transport, head)) return true;
      }
    }
    return Reflect.apply(emit, server, [event, ...given]);
  };
}

/** What becomes of an upgrade that was not taken. */
function leave(
  server: Server,
  takers: ReadonlySet<Attached>,
  request: IncomingMessage,
  transport: Duplex,
  head: Buffer,
): void {
  if (server.listenerCount('upgrade') > 1) leaveToOthers(transport);
  else if (isWebSocketUpgrade(request)) {
    for (const each of takers) each.notFound();
    refuseUpgrade(transport, 404);
  } else ignoreUpgrade(server, request, transport, head);
}
