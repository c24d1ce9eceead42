/** A dial byte by byte, for what no WebSocket library sends or shows. Reads as much as a verdict needs. */
import { randomBytes } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Ending } from './link.js';
import { Watched } from './watched.js';

const HEAD_END = '\r\n\r\n';
const CLOSE = 8;
/** A head or what follows it; a peer that sends more is not answering us. */
const BYTES_KEPT = 256 * 1024;

export class RawLink extends Watched {
  #bytes = Buffer.alloc(0);
  readonly #transport: Socket;
  /** Both ends are done, or it never came about. */
  isOver = false;
  problem: string | undefined;

  constructor(url: URL) {
    super();
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const secure = url.protocol === 'wss:';
    const port = Number(url.port) || (secure ? 443 : 80);
    this.#transport = secure
      ? connectTls({ host, port, ALPNProtocols: ['http/1.1'], ...nameOf(host) })
      : connectTcp({ host, port });
    this.#transport.on('data', (chunk: Buffer) => {
      if (this.#bytes.length < BYTES_KEPT) this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.changed();
    });
    this.#transport.on('error', ({ message }) => {
      this.problem = message;
    });
    this.#transport.on('close', () => {
      this.isOver = true;
      this.ended();
    });
  }

  send(bytes: Buffer | string): void {
    this.#transport.write(bytes);
  }

  drop(): void {
    this.#transport.destroy();
  }

  get #head(): string | undefined {
    const end = this.#bytes.indexOf(HEAD_END);
    return end === -1 ? undefined : this.#bytes.toString('latin1', 0, end);
  }

  get status(): number | undefined {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(this.#head ?? '')?.[1];
    return status === undefined ? undefined : Number(status);
  }

  get protocol(): string | undefined {
    return /\r\nsec-websocket-protocol:[ \t]*([^\r\n]*)/i.exec(this.#head ?? '')?.[1]?.trim();
  }

  /** The first close frame after the head. */
  get ending(): Ending | undefined {
    const end = this.#bytes.indexOf(HEAD_END);
    if (end === -1) return undefined;
    for (const { opcode, payload } of framesOf(this.#bytes.subarray(end + HEAD_END.length))) {
      if (opcode !== CLOSE) continue;
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      return { code, reason: payload.toString('utf8', 2) };
    }
    return undefined;
  }
}

/** An address is no name that a certificate is asked for by. */
function nameOf(host: string) {
  return /^[\d.]+$|:/.test(host) ? {} : { servername: host };
}

export function upgradeHead(url: URL, protocols: readonly string[], origin?: string): string {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
    ...(protocols.length === 0 ? [] : [`Sec-WebSocket-Protocol: ${protocols.join(', ')}`]),
  ];
  return `${lines.join('\r\n')}${HEAD_END}`;
}

/** A short text frame with a fault, https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export function faultyFrame(text: string, fault: 'reserved bit' | 'unmasked'): Buffer {
  const payload = Buffer.from(text);
  const first = fault === 'reserved bit' ? 0xc1 : 0x81;
  if (fault === 'unmasked') return Buffer.concat([Buffer.from([first, payload.length]), payload]);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

function* framesOf(bytes: Buffer): Generator<{ opcode: number; payload: Buffer }> {
  let at = 0;
  while (at + 2 <= bytes.length) {
    const opcode = bytes.readUInt8(at) & 0x0f;
    const short = bytes.readUInt8(at + 1) & 0x7f;
    const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
    const begin = at + 2 + extra;
    if (begin > bytes.length) return;
    const length =
      extra === 0
        ? short
        : extra === 2
          ? bytes.readUInt16BE(at + 2)
          : Number(bytes.readBigUInt64BE(at + 2));
    if (begin + length > bytes.length) return;
    yield { opcode, payload: bytes.subarray(begin, begin + length) };
    at = begin + length;
  }
}
