// A network that misbehaves by name: a TCP proxy between a browser and a server. Pages and requests pass
// untouched; dials and the links that come of them suffer what the test says, so that a test reads as
// `proxy.dialsWill('answer 503')` and `proxy.linksWill('stall')`.
//
// Knows no Keepline and no browser: what it saw is bytes, dials and texts.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type DialFault, type LinkFault, ProxiedLink, pipeThrough } from './proxied-link.js';

export type { DialFault, LinkFault } from './proxied-link.js';

const END_OF_HEAD = '\r\n\r\n';
const UPGRADE = /\r\nupgrade: websocket\r\n/i;

export class FaultProxy {
  readonly url: string;
  readonly #port: number;
  readonly #target: number;
  #dialTarget: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #links: ProxiedLink[] = [];
  #dialFault: DialFault = 'pass';
  #linkFault: LinkFault = 'none';

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    this.#dialTarget = target;
    this.#port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.#port}`;
    server.on('connection', (socket) => this.#accept(socket));
  }

  /** Between whoever dials its port and the server on `target`. */
  static async start(target: number): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultProxy(server, target);
  }

  /** Every dial that came, the oldest first. */
  get dials(): readonly ProxiedLink[] {
    return this.#links;
  }

  get openLinks(): readonly ProxiedLink[] {
    return this.#links.filter(({ isOpen }) => isOpen);
  }

  /** What the server heard of the page's messages of these types, in order, over all links. */
  heard(type: RegExp): unknown[] {
    return this.#links
      .flatMap(({ heard }) => heard)
      .map((text): unknown => JSON.parse(text))
      .filter((message) => type.test(String((message as { type: unknown }).type)));
  }

  /** Dials that come from now on reach the server on that port; pages and requests still their own. */
  dialsGoTo(port: number): void {
    this.#dialTarget = port;
  }

  /** What becomes of the dials that come from now on. */
  dialsWill(fault: DialFault): void {
    this.#dialFault = fault;
  }

  /** What the links that there are suffer from now on; those that come later do not. */
  linksWill(fault: LinkFault): void {
    for (const link of this.openLinks) link.suffer(fault);
  }

  /** What all links suffer, from their dial on. */
  everythingWill(fault: LinkFault): void {
    this.#linkFault = fault;
    this.linksWill(fault);
  }

  /** The page gets these bytes as if the server had said them. */
  inject(bytes: Buffer): void {
    for (const link of this.openLinks) link.inject(bytes);
  }

  cutLinks(): void {
    for (const link of this.openLinks) link.cut();
  }

  resetLinks(): void {
    for (const link of this.openLinks) link.reset();
  }

  /** Nobody listens any more, and what there was is cut: a server that was killed. */
  async die(): Promise<void> {
    this.#server.close();
    for (const link of this.#links) link.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  async comeBack(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.die();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let request = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      request = Buffer.concat([request, chunk]);
      const end = request.indexOf(END_OF_HEAD);
      if (end === -1) return;
      socket.off('data', read);
      if (UPGRADE.test(request.toString('latin1', 0, end + 2))) this.#dial(socket, request);
      else pipeThrough(socket, request, this.#target);
    };
    socket.on('data', read);
    socket.once('end', () => {
      if (socket.bytesWritten === 0 && request.length === 0) socket.end();
    });
  }

  #dial(socket: Socket, request: Buffer): void {
    this.#links.push(
      new ProxiedLink(socket, request, {
        target: this.#dialTarget,
        fault: this.#dialFault,
        suffers: this.#linkFault,
      }),
    );
  }
}
