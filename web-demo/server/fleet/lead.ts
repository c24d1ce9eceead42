/** A way to Redis whose address stays when it leads elsewhere, or nowhere for a while. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Lead {
  readonly #open = new Set<Socket>();
  readonly #server: Server;
  /** Null: nowhere. */
  #port: number | null = null;

  private constructor() {
    this.#server = createServer((socket) => this.#take(socket));
  }

  static async start(): Promise<Lead> {
    const lead = new Lead();
    lead.#server.listen(0, '127.0.0.1');
    await once(lead.#server, 'listening');
    return lead;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Where it leads from now on; what is open ends. */
  leadTo(port: number | null): void {
    this.#port = port;
    for (const socket of this.#open) socket.destroy();
  }

  close(): void {
    this.leadTo(null);
    this.#server.close();
  }

  #take(socket: Socket): void {
    if (this.#port === null) {
      socket.destroy();
      return;
    }
    const upstream = connect(this.#port, '127.0.0.1');
    this.#open.add(socket);
    socket.pipe(upstream).pipe(socket);
    const end = () => {
      this.#open.delete(socket);
      socket.destroy();
      upstream.destroy();
    };
    for (const each of [socket, upstream]) each.on('error', end).on('close', end);
  }
}
