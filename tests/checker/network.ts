// A stretch of network between clients and the nodes, which breaks as it is told. It reads no byte.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { SeededRandom } from '../../web-demo/server/prng.js';

interface Route {
  readonly client: Socket;
  readonly server: Socket;
  /** Nothing passes any more, and nobody is told. */
  isSilent: boolean;
}

export class Network {
  readonly #server: Server;
  readonly #routes = new Set<Route>();
  /** Of each node that listens its port: while there is none, dials are refused as by a machine without a server. */
  readonly #targets = new Map<number, number>();
  #dials = 0;
  /** Since somebody asked, monotonic ms. */
  #dialledAtMs: number[] = [];

  private constructor() {
    this.#server = createServer((client) => this.#take(client));
  }

  static async start(): Promise<Network> {
    const network = new Network();
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** To this node too, or no longer. */
  lead(node: number, port: number | null): void {
    if (port === null) this.#targets.delete(node);
    else this.#targets.set(node, port);
  }

  /** Ends a share of the connections at once, both ways. */
  cut(random: SeededRandom, share: number): void {
    for (const { client } of this.#some(random, share)) client.destroy();
  }

  /** A share of the clients reads nothing for a while: what is sent to them piles up. */
  stall(random: SeededRandom, share: number, ms: number): void {
    for (const { server } of this.#some(random, share)) {
      server.pause();
      setTimeout(() => server.resume(), ms);
    }
  }

  /** A share of the connections leads nowhere from now on. */
  silence(random: SeededRandom, share: number): void {
    for (const route of this.#some(random, share)) route.isSilent = true;
  }

  /** The most dials within any so many ms, since this was asked the last time. */
  mostDials(ms: number): number {
    const times = this.#dialledAtMs;
    this.#dialledAtMs = [];
    let [most, first] = [0, 0];
    times.forEach((time, at) => {
      while (time - (times[first] ?? time) >= ms) first += 1;
      most = Math.max(most, at - first + 1);
    });
    return most;
  }

  close(): void {
    this.#server.close();
    for (const { client } of this.#routes) client.destroy();
  }

  #some(random: SeededRandom, share: number): Route[] {
    return [...this.#routes].filter(() => random.chance(share));
  }

  #take(client: Socket): void {
    const ports = [...this.#targets.values()];
    this.#dials += 1;
    this.#dialledAtMs.push(performance.now());
    const port = ports[this.#dials % ports.length];
    if (port === undefined) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    const route: Route = { client, server, isSilent: false };
    this.#routes.add(route);
    const end = () => {
      this.#routes.delete(route);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.setNoDelay();
      socket.on('error', end);
      socket.on('close', end);
    }
    pass(route, client, server);
    pass(route, server, client);
  }
}

/** With the other side's pace: what it does not take is not read. */
function pass(route: Route, from: Socket, to: Socket): void {
  from.on('data', (bytes) => {
    if (route.isSilent || to.write(bytes)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
}
