// Between a page and the server of its files: a request for some of them is answered wrongly, by name,
// until the test says that they are well again. Everything else passes, WebSockets included.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export const fileFaults = ['503', 'cut short', 'hanging', 'of another build'] as const;
export type FileFault = (typeof fileFaults)[number];

/** A module of WebAssembly without a stamp; as a script it is none at all. */
const foreignModule = Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]);

export class FilesProxy {
  readonly url: string;
  /** What was asked for, in order, without queries. */
  readonly asked: string[] = [];
  #fault: { readonly files: RegExp; readonly kind: FileFault } | null = null;
  readonly #hanging = new Set<ServerResponse>();
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(targetPort: number): Promise<FilesProxy> {
    const sockets = new Set<Socket>();
    const server = createServer((asked, answer) => proxy.#answer(targetPort, asked, answer));
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    server.on('upgrade', (asked, socket, head) => {
      const target = connect(targetPort, '127.0.0.1', () => {
        const lines = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}`);
        target.write(`GET ${asked.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
        target.write(head);
        target.pipe(socket).pipe(target);
      });
      for (const end of [target, socket]) end.on('error', () => undefined);
      socket.once('close', () => target.destroy());
      target.once('close', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const proxy = new FilesProxy(`http://127.0.0.1:${port}`, async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return proxy;
  }

  /** From now on; files of which a request is under way are not touched. */
  breaks(files: RegExp, kind: FileFault): void {
    this.#fault = { files, kind };
  }

  /** What hung goes on hanging: a network forgets. */
  heals(): void {
    this.#fault = null;
  }

  async close(): Promise<void> {
    for (const answer of this.#hanging) answer.destroy();
    await this.#close();
  }

  #answer(port: number, asked: IncomingMessage, answer: ServerResponse): void {
    const path = (asked.url ?? '/').replace(/\?.*/, '');
    this.asked.push(path);
    const fault = this.#fault?.files.test(path) ? this.#fault.kind : null;
    if (fault === 'hanging') {
      this.#hanging.add(answer);
    } else if (fault === '503') {
      answer.writeHead(503).end();
    } else if (fault === 'of another build') {
      const script = path.endsWith('.js');
      answer.writeHead(200, {
        'content-type': script ? 'text/javascript' : 'application/wasm',
        // As a cache in between would give it again and again.
        'cache-control': 'max-age=3600',
      });
      answer.end(script ? 'export const nothing = 0;' : foreignModule);
    } else {
      this.#pass(port, asked, answer, fault === 'cut short');
    }
  }

  #pass(port: number, asked: IncomingMessage, answer: ServerResponse, cut: boolean): void {
    const { method, url, headers } = asked;
    const passed = request({ host: '127.0.0.1', port, path: url, method, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      if (!cut) {
        given.pipe(answer);
        return;
      }
      given.once('data', (chunk: Buffer) => {
        answer.write(chunk.subarray(0, chunk.length / 2), () => answer.destroy());
        given.destroy();
      });
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  }
}
