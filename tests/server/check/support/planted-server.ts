/**
 * A small server that keeps every rule of the protocol, made of replaceable parts: a test puts one part
 * that breaks a rule in the place of one that keeps it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import {
  goodStream,
  holdUntilAsked,
  type Place,
  PlantedLog,
  publish,
  resume,
  type StreamParts,
  startPlace,
} from './planted-stream.js';

const jwt = (subject: string, exp: number): string =>
  [{ alg: 'none' }, { sub: subject, exp }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(`signature-of-${subject}`)
    .join('.');
const EXP = Math.floor(Date.now() / 1000) + 3600;
export const GOOD = jwt('somebody-good', EXP);
export const EXPIRED = jwt('somebody-late', EXP - 7200);

const CONNECTED = {
  connectionId: 'c1',
  userId: 'ada',
  tenantId: 'harbour',
  serverTime: '2026-11-27T12:00:00.5Z',
  heartbeatMs: 5000,
  tokenExpiresInMs: 3_000_000,
  features: ['subscribe', 'reauth', 'resume', 'ack', 'batch'],
  ackWindowMs: 600_000,
};

/** What `connected` says to this one. */
export const connectedTo = ({ place }: Peer) => ({ ...CONNECTED, position: place.began });

export interface Dial {
  readonly token: string | undefined;
  readonly origin: string | undefined;
}

export interface Peer {
  readonly dial: Dial;
  readonly socket: WebSocket;
  readonly server: PlantedServer;
  received: number;
  readonly place: Place;
  readonly send: (message: unknown) => void;
  /** As a server does that falls over this message. */
  readonly breakOff: () => void;
}

type Message = Readonly<Record<string, unknown>>;

export interface PlantedServer {
  readonly url: string;
  readonly sockets: ReadonlySet<WebSocket>;
  readonly log: PlantedLog;
  /** Serves nobody from now on. */
  readonly die: () => void;
}

/** Each part keeps the rules. */
export interface Parts extends StreamParts {
  readonly socketOptions: ServerOptions;
  readonly connectionsMax: number;
  readonly select: (offered: Set<string>) => string | false;
  /** An HTTP status, where the upgrade is not accepted. */
  readonly refuse: (dial: Dial) => number | undefined;
  /** A close code with its reason, where the dial is not served. */
  readonly verify: (dial: Dial) => readonly [number, string] | undefined;
  readonly greet: (peer: Peer) => void;
  /** Every message before anything is made of it; true where nothing is to be made of it. */
  readonly intercept: (peer: Peer, bytes: Buffer, binary: boolean) => boolean;
  readonly malformed: (peer: Peer, kind: 'utf8' | 'json' | 'object' | 'type' | 'long type') => void;
  readonly textPing: (peer: Peer) => void;
  readonly ping: (peer: Peer, message: Message) => void;
  readonly subscribe: (peer: Peer, message: Message) => void;
  readonly auth: (peer: Peer, token: unknown) => void;
  readonly unknown: (peer: Peer, message: Message) => void;
  readonly afterFault: (peer: Peer, fault: string) => void;
  readonly transport: (transport: Duplex) => void;
  readonly restart: (peer: Peer) => void;
}

const sendError = (peer: Peer, { id }: Message, code: string): void =>
  peer.send({ type: 'error', id, data: { code, message: 'not understood' } });

const MESSAGES_MAX = 200;

export const goodParts: Parts = {
  ...goodStream,
  socketOptions: { maxPayload: 1024 * 1024 },
  connectionsMax: 10_000,
  select: (offered) => (offered.has('keepline.v1') ? 'keepline.v1' : false),
  refuse: () => undefined,
  verify: ({ token, origin }) => {
    if (origin?.endsWith('.invalid')) return [4403, 'origin not allowed'];
    return token === GOOD ? undefined : [4401, 'token rejected'];
  },
  greet: (peer) => peer.send({ type: 'connected', data: connectedTo(peer) }),
  intercept: (peer) => {
    peer.received += 1;
    if (peer.received <= MESSAGES_MAX) return false;
    peer.socket.close(4429, JSON.stringify({ retryAfterMs: 5000, spreadMs: 2000 }));
    return true;
  },
  malformed: ({ socket }) => socket.close(4400, 'malformed'),
  textPing: ({ socket }) => socket.send('pong'),
  ping: (peer, { id }) => peer.send({ type: 'pong', id, ts: Date.now() }),
  subscribe: (peer, message) => {
    const { events, batch } = (message['data'] ?? {}) as { events?: unknown; batch?: unknown };
    if (batch === true) peer.place.readsBatches = true;
    const isGood = Array.isArray(events) && events.every((event) => typeof event === 'string');
    if (!isGood || events.length > 64) sendError(peer, message, 'bad_subscribe');
  },
  auth: (peer, token) => {
    if (token === GOOD) peer.send({ type: 'authed', data: { expiresInMs: 3_000_000 } });
    else peer.socket.close(4401, 'token rejected');
  },
  unknown: (peer, message) => sendError(peer, message, 'unknown_type'),
  afterFault: () => {},
  transport: () => {},
  restart: (peer) => {
    const hint = { retryAfterMs: 500, spreadMs: 10_000 };
    peer.send({ type: 'going_away', data: hint });
    peer.socket.close(1012, JSON.stringify(hint));
  },
};

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function take(parts: Parts, peer: Peer, bytes: Buffer, binary: boolean): void {
  if (parts.intercept(peer, bytes, binary)) return;
  const text = decode(bytes);
  if (text === undefined) parts.malformed(peer, 'utf8');
  else if (text === 'ping') parts.textPing(peer);
  else {
    const message = parse(text);
    if (message === undefined) parts.malformed(peer, 'json');
    else if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      parts.malformed(peer, 'object');
    } else handle(parts, peer, message as Message);
  }
}

function handle(parts: Parts, peer: Peer, message: Message): void {
  const { type } = message as { type?: unknown };
  if (typeof type !== 'string' || type === '') parts.malformed(peer, 'type');
  else if (Buffer.byteLength(type) > 64) parts.malformed(peer, 'long type');
  else if (type === 'ping') parts.ping(peer, message);
  else if (type === 'subscribe') parts.subscribe(peer, message);
  else if (type === 'auth') {
    parts.auth(peer, (message['data'] as { token?: unknown } | undefined)?.token);
  } else if (type === 'resume') {
    resume(parts, peer, (message['data'] as { from?: unknown } | undefined)?.from);
  } else if (type === 'note' && typeof message['id'] === 'string') {
    parts.note(peer, message['id']);
  } else parts.unknown(peer, message);
}

function readDial({ headers }: IncomingMessage): Dial {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(/,\s*/);
  const bearer = offered.find((value) => value.startsWith('bearer.'));
  return { token: bearer?.slice('bearer.'.length), origin: headers.origin };
}

export async function startPlanted(
  overrides: Partial<Parts> = {},
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<PlantedServer> {
  const parts = { ...goodParts, ...overrides };
  const peers = new Set<Peer>();
  const http = tls ? createTlsServer(tls) : createServer();
  const log = new PlantedLog();
  http.on('request', ({ url: path }, response) => {
    if (path === '/publish') publish(parts, log, peers);
    else for (const peer of peers) parts.restart(peer);
    response.end();
  });
  http.maxConnections = parts.connectionsMax;
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: parts.select,
    ...parts.socketOptions,
  });
  const die = () => {
    for (const socket of sockets.clients) socket.terminate();
    http.close();
    http.closeAllConnections();
  };
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const url = tls ? `wss://localhost:${port}/ws` : `ws://127.0.0.1:${port}/ws`;
  const server: PlantedServer = { url, sockets: sockets.clients, log, die };
  http.on('upgrade', (request: IncomingMessage, transport: Duplex, head: Buffer) => {
    transport.on('error', () => transport.destroy());
    const dial = readDial(request);
    const status = parts.refuse(dial);
    if (status !== undefined) {
      transport.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    parts.transport(transport);
    sockets.handleUpgrade(request, transport, head, (socket) => {
      const peer = makePeer(dial, socket, server);
      peers.add(peer);
      socket.once('close', () => peers.delete(peer));
      socket.on('error', (error: Error & { code?: string }) =>
        parts.afterFault(peer, error.code ?? ''),
      );
      const refusal = parts.verify(dial);
      if (refusal) socket.close(...refusal);
      else {
        parts.greet(peer);
        holdUntilAsked(parts, peer);
      }
      socket.on('message', (bytes: Buffer, binary) => {
        if (socket.readyState === socket.OPEN) take(parts, peer, bytes, binary);
      });
    });
  });
  onTestFinished(die);
  return server;
}

function makePeer(dial: Dial, socket: WebSocket, server: PlantedServer): Peer {
  return {
    dial,
    socket,
    server,
    received: 0,
    place: startPlace(server.log),
    send: (message) => socket.send(JSON.stringify(message)),
    breakOff: () => socket.terminate(),
  };
}
