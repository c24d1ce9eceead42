// A WebSocket whose other end is the test: nothing happens unless the test says so.
//
// Behaves as the specification says where the package could notice: states, what close() and send()
// take, bufferedAmount. No vitest here: a browser page uses it too.

export interface CloseCall {
  readonly code: number | undefined;
  readonly reason: string | undefined;
}

export class FakeWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  /** Every socket since the last `reset()`, oldest first. */
  static made: FakeWebSocket[] = [];
  /** What `new WebSocket` throws, until the next `reset()`. */
  static #thrown: readonly [unknown] | null = null;

  static reset(): void {
    FakeWebSocket.made = [];
    FakeWebSocket.#thrown = null;
  }

  static throws(thrown: unknown): void {
    FakeWebSocket.#thrown = [thrown];
  }

  /** The socket that was made last. */
  static get last(): FakeWebSocket {
    const last = FakeWebSocket.made.at(-1);
    if (!last) throw new Error('no socket was made');
    return last;
  }

  /** Sockets that something is still done for: one that was let go of has nobody but a listener for its error. */
  static get attended(): FakeWebSocket[] {
    return FakeWebSocket.made.filter(
      (socket) => socket.onopen || socket.onclose || socket.onmessage,
    );
  }

  onopen: ((event: unknown) => void) | null = null;
  onclose: ((event: unknown) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null = null;

  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: string[] = [];
  readonly closeCalls: CloseCall[] = [];
  binaryType = 'blob';
  protocol = '';
  readyState: number = FakeWebSocket.CONNECTING;
  bufferedAmount = 0;

  constructor(url: string, protocols: string | readonly string[] = []) {
    if (FakeWebSocket.#thrown) throw FakeWebSocket.#thrown[0];
    this.url = url;
    this.protocols = typeof protocols === 'string' ? [protocols] : protocols;
    const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
    const valid = this.protocols.every((protocol) => token.test(protocol));
    if (!valid || new Set(this.protocols).size < this.protocols.length) {
      throw new DOMException('subprotocols', 'SyntaxError');
    }
    FakeWebSocket.made.push(this);
  }

  send(data: string): void {
    if (this.readyState === FakeWebSocket.CONNECTING) {
      throw new DOMException('still connecting', 'InvalidStateError');
    }
    this.sent.push(data);
  }

  close(code?: number, reason?: string): void {
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999)) {
      throw new DOMException('code', 'InvalidAccessError');
    }
    if (new TextEncoder().encode(reason ?? '').length > 123) {
      throw new DOMException('reason', 'SyntaxError');
    }
    this.closeCalls.push({ code, reason });
    if (this.readyState < FakeWebSocket.CLOSING) this.readyState = FakeWebSocket.CLOSING;
  }

  // ---- the other end

  accept(protocol = this.protocols[0] ?? ''): this {
    this.protocol = protocol;
    this.readyState = FakeWebSocket.OPEN;
    this.onopen?.({});
    return this;
  }

  /** A text frame; an object is written as JSON. */
  deliver(frame: string | object): this {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
    return this;
  }

  deliverBinary(bytes: Uint8Array<ArrayBuffer>): this {
    this.onmessage?.({ data: bytes.slice().buffer });
    return this;
  }

  /** The `connected` of a server that speaks the protocol. */
  greet(data: object = {}): this {
    return this.deliver({
      type: 'connected',
      data: {
        connectionId: 'c1',
        userId: 'u1',
        tenantId: 't1',
        serverTime: '2026-11-22T10:00:00Z',
        ...data,
      },
    });
  }

  drop(code = 1006, reason = ''): void {
    this.readyState = FakeWebSocket.CLOSED;
    if (code === 1006) this.onerror?.({});
    this.onclose?.({ code, reason, wasClean: code !== 1006 });
  }

  /** What a page's policy does: an error, and no close. */
  block(): void {
    this.readyState = FakeWebSocket.CLOSED;
    this.onerror?.({});
  }

  /** What was sent, decoded; bare text stays text. */
  get frames(): unknown[] {
    return this.sent.map((text) => (text.startsWith('{') ? JSON.parse(text) : text));
  }
}
