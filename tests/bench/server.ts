// The benchmark's server: hands out the pages, greets each client in its own protocol, and then writes
// whole streams to its socket. Listens on the loopback address only.
//
// Handshakes and replies are real; only the stream itself is written by hand. One page at a time.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import sirv from 'sirv';
import { Server as SocketIoServer } from 'socket.io';
import { WebSocketServer } from 'ws';
import type { Reports, Topic } from './contract.js';
import { firstEvent, greeting } from './events.js';
import { speakCentrifuge, speakJson, speakPhoenix, speakPusher } from './protocols.js';
import { chunksOf, type Format, type Stream } from './wire.js';
import { within } from './within.js';

/** Where each protocol is spoken. */
const paths: Readonly<Record<Format, string>> = {
  json: '/ws/json',
  'socket.io': '/ws/socket.io/',
  centrifuge: '/ws/centrifuge',
  pusher: '/ws/pusher',
  phoenix: '/ws/phoenix',
};

/** Larger than any report: the decoding part's is a few kilobytes. */
const reportBytesMax = 256 * 1024;

export interface BenchServer {
  readonly url: string;
  socketUrl(format: Format): string;
  /** The next client that was greeted. */
  link(): Promise<Link>;
  /** The next report of this topic; rejects where the page reports a failure instead. */
  said<Name extends Topic>(topic: Name, timeoutMs: number): Promise<Reports[Name]>;
  close(): Promise<void>;
}

/** A client's socket, to write streams to. */
export interface Link {
  /** As fast as the client takes it. */
  blast(stream: Stream): Promise<void>;
  /** So many messages a second, each in a write of its own. */
  pace(stream: Stream, perSecond: number): Promise<void>;
}

export async function startServer(folder: string): Promise<BenchServer> {
  const waiting = new Map<Topic, (settled: { report?: unknown; failure?: string }) => void>();
  let greeted: (link: Link) => void = () => undefined;
  const greet = (socket: Socket) => greeted(linkOf(socket));
  const files = sirv(folder, {
    dev: true,
    // Only a page by itself gets a clock of 5 µs; others get one of 100.
    setHeaders: (response, path) => {
      if (!path.startsWith('/decode')) return;
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    },
  });

  const http = createServer((request, response) => {
    // A page that is closed in the middle of a report has nothing more to say.
    if (request.method === 'POST') take(request, response, waiting).catch(() => response.destroy());
    else files(request, response, () => void response.writeHead(404).end());
  });
  const socketIo = speakSocketIo(greet);
  socketIo.attach(http, { path: paths['socket.io'], transports: ['websocket'] });
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('keepline.v1') ? 'keepline.v1' : false),
  });
  http.on('upgrade', (request, socket, head) => {
    // Pusher and phoenix go on with paths of their own; socket.io has a server of its own.
    const speak = speakers.find(([format]) => request.url?.startsWith(paths[format]))?.[1];
    if (!speak) return;
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const { searchParams } = new URL(request.url ?? '', 'ws://localhost');
      speak(ws, () => greet(request.socket), searchParams);
    });
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const { port } = http.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    socketUrl: (format) => `ws://127.0.0.1:${port}${paths[format]}`,
    link: () =>
      new Promise((resolve) => {
        greeted = resolve;
      }),
    said: (topic, timeoutMs) =>
      within(
        timeoutMs,
        `the page's report "${topic}"`,
        new Promise((resolve, reject) => {
          waiting.set(topic, ({ report, failure }) => {
            if (failure === undefined) resolve(report as never);
            else reject(new Error(`The page failed: ${failure}`));
          });
        }),
      ),
    close: async () => {
      await socketIo.close();
      http.closeAllConnections();
    },
  };
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  waiting: Map<Topic, (settled: { report?: unknown; failure?: string }) => void>,
): Promise<void> {
  let text = '';
  for await (const part of request) {
    text += part;
    if (text.length > reportBytesMax) return void response.writeHead(413).end();
  }
  response.writeHead(204).end();
  const topic = (request.url ?? '').replace('/said/', '') as Topic;
  const report: unknown = JSON.parse(text);
  const settle = waiting.get(topic);
  waiting.delete(topic);
  if (topic !== 'failed') return settle?.({ report });
  const failure = (report as Reports['failed']).message.slice(0, 500);
  for (const each of waiting.values()) each({ failure });
  waiting.clear();
}

const speakers = [
  ['json', speakJson],
  ['centrifuge', speakCentrifuge],
  ['pusher', speakPusher],
  ['phoenix', speakPhoenix],
] as const;

function speakSocketIo(greet: (socket: Socket) => void): SocketIoServer {
  const server = new SocketIoServer({ serveClient: false });
  server.on('connection', (socket) => {
    for (const { type, ...rest } of [greeting, firstEvent]) socket.emit(type, rest);
    greet(socket.request.socket);
  });
  return server;
}

function linkOf(socket: Socket): Link {
  const gone = () => socket.destroyed || socket.writableEnded;
  const write = (bytes: Buffer) =>
    new Promise<void>((resolve, reject) => {
      if (gone()) return reject(new Error('The client closed its connection in the middle.'));
      // Called when it is with the kernel, or when there is no hope of that any more.
      socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  return {
    blast: async (stream) => {
      // One chunk is always waiting, so that the kernel's buffer never runs dry.
      let last: Promise<void> = Promise.resolve();
      for (const chunk of chunksOf(stream)) {
        const next = write(chunk);
        await last;
        last = next;
      }
      await last;
    },
    pace: async ({ bytes, ends }, perSecond) => {
      const beganAt = performance.now();
      let sent = 0;
      while (sent < ends.length) {
        const due = Math.ceil(((performance.now() - beganAt) * perSecond) / 1000);
        for (; sent < Math.min(due, ends.length); sent += 1) {
          void write(bytes.subarray(ends[sent - 1] ?? 0, ends[sent])).catch(() => socket.destroy());
        }
        if (gone()) throw new Error('The client closed its connection in the middle.');
        await new Promise((tick) => setTimeout(tick, 1));
      }
    },
  };
}
