/**
 * The listening port: up, down for a while as in a restart, or closed for good. Sockets already
 * open are not its business.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export class Listener {
  readonly #server: Server;
  readonly #address: ListenAddress;
  #port = 0;
  #stopped = false;
  #wakeUp: (() => void) | undefined;
  #pause: Promise<void> | undefined;

  constructor(server: Server, address: ListenAddress) {
    this.#server = server;
    this.#address = address;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** The port, which differs from the one asked for only when that was 0. */
  async start(): Promise<number> {
    await this.#listen(this.#address.port);
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Refuses every connection for so long; a second call while down changes nothing. */
  pause(ms: number): Promise<void> {
    this.#pause ??= this.#pauseOnce(ms).finally(() => {
      this.#pause = undefined;
    });
    return this.#pause;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wakeUp?.();
    await this.#pause;
    await this.#closeServer();
  }

  async #pauseOnce(ms: number): Promise<void> {
    await this.#closeServer();
    // Whoever stops the server while it goes down finds nothing to wake yet.
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (!this.#stopped) await this.#listen(this.#port);
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, this.#address.host);
    await once(this.#server, 'listening');
  }

  /**
   * Idle keep-alive connections go too; a socket that was upgraded no longer counts as a connection
   * here.
   */
  async #closeServer(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    // Not the `close` event: it waits for upgraded sockets as well, which close by their own
    // handshake.
  }
}
