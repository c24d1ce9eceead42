// What becomes of an upgrade that no session takes. Node hands over its connection and forgets it: nothing
// reads it any more, no timeout applies to it, and whoever does not end it keeps it for good. Knows HTTP;
// knows no WebSocket beyond its name.
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer of a hundred bytes that nobody takes in this time is not waited for. */
const refusalMsMax = 2000;

/** Answers with the status alone, and lets go of the connection whatever its other end does. */
export function refuseUpgrade(transport: Duplex, status: number): void {
  const patience = setTimeout(() => transport.destroy(), refusalMsMax);
  transport.once('close', () => clearTimeout(patience));
  transport.once('finish', () => transport.destroy());
  // What is unread when a connection is destroyed resets it, and takes the answer along.
  transport.resume();
  transport.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

/** As long as a listener may take to say something to an upgrade that it wants. */
const otherMsMax = 10_000;

/** Somebody else listens too, and may want it. What nobody has said a word to by then is refused. */
export function leaveToOthers(transport: Duplex & { readonly bytesWritten?: number }): void {
  const patience = setTimeout(() => {
    if (!transport.bytesWritten) refuseUpgrade(transport, 404);
  }, otherMsMax);
  transport.once('close', () => clearTimeout(patience));
}

/** Without the query. */
export function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '';
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

export function isWebSocketUpgrade(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

/** Of a connection, not of its request: gone with the upgrade that they ask for. */
const upgradeOptions: ReadonlySet<string> = new Set(['upgrade', 'http2-settings']);

/**
 * Lets the server answer a request as if it had asked for no upgrade, as RFC 9110, 7.8 has it for
 * protocols that a server does not speak. Clients offer `h2c` with any request, its body included.
 */
export function ignoreUpgrade(
  server: Server,
  request: IncomingMessage,
  transport: Duplex,
  head: Buffer,
): void {
  if (transport.destroyed) return;
  // The parser is done with this connection, and has not read the body: it begins anew with the
  // same request.
  transport.unshift(Buffer.concat([plainHead(request), head]));
  server.emit('connection', transport);
}

/** The request's own head without its wish; the parser has made sure that no value ends a line. */
function plainHead(request: IncomingMessage): Buffer {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  const { rawHeaders } = request;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const kept = name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value;
    if (name.toLowerCase() !== 'upgrade' && kept !== '') lines.push(`${name}: ${kept}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !upgradeOptions.has(option.toLowerCase())).join(', ');
}
