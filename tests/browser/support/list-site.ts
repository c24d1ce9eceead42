// A site with a list, a log of it and a page that shows it: the package as a browser loads it, beside a server
// that the test can have drop links and forget.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';

const dist = fileURLToPath(new URL('../../../js-bindings/dist', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

const pageFor = (
  host: string,
) => `<!doctype html><link rel="icon" href="data:,"><script type="module">
  import { createConnection, liveQuery } from '/keepline/index.js';
  const connection = createConnection({
    host: '${host}', resume: { store: 'session' }, backoff: { initialMs: 100, maxMs: 200 },
  });
  window.list = liveQuery(connection, {
    fetch: async ({ signal }) => (await fetch('/list', { signal })).json(),
    events: 'added',
    apply: (data, event) => [...data, event.data],
  });
  window.connection = connection;
</script>`;

export class ListSite {
  readonly items: number[] = [];
  /** Where each link asked to go on from. */
  readonly asked: (string | null)[] = [];
  requests = 0;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => 'keepline.v1',
  });
  readonly #live = new Set<WebSocket>();
  #floor = 0;

  private constructor(host: string) {
    this.#server = createServer(async ({ url = '/' }, response) => {
      if (url === '/list') {
        this.requests += 1;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ data: this.items, position: this.#position }));
      } else if (url.startsWith('/keepline/')) {
        const path = `${dist}${url.slice('/keepline'.length).replace(/\?.*$/, '')}`;
        response.setHeader('content-type', types[extname(path)] ?? 'text/plain');
        response.end(await readFile(path));
      } else {
        response.setHeader('content-type', 'text/html');
        response.end(pageFor(host));
      }
    });
    this.#server.on('upgrade', (request, socket, head) =>
      this.#sockets.handleUpgrade(request, socket, head, (link) => this.#greet(link)),
    );
  }

  static async open(host: string): Promise<ListSite> {
    const site = new ListSite(host);
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  get links(): number {
    return this.#live.size;
  }

  publish(count: number): void {
    for (let n = 0; n < count; n += 1) {
      this.items.push(this.items.length + 1);
      for (const link of this.#live) this.#send(link, this.items.length);
    }
  }

  dropLinks(): void {
    for (const link of this.#live) link.terminate();
    this.#live.clear();
  }

  /** Nothing of what was logged so far can be repeated. */
  forget(): void {
    this.#floor = this.items.length;
  }

  close(): void {
    this.dropLinks();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get #position(): string {
    return `e.${this.items.length}`;
  }

  #send(link: WebSocket, seq: number): void {
    link.send(JSON.stringify({ type: 'added', seq, data: seq }));
  }

  #greet(link: WebSocket): void {
    const say = (type: string, data: object) => link.send(JSON.stringify({ type, data }));
    say('connected', {
      connectionId: 'c',
      tenantId: 't',
      userId: 'u',
      serverTime: new Date().toISOString(),
      features: ['resume'],
      position: this.#position,
    });
    link.on('close', () => this.#live.delete(link));
    link.on('message', (text) => {
      const { type, id, data } = JSON.parse(String(text));
      if (type === 'ping') link.send(JSON.stringify({ type: 'pong', id }));
      if (type !== 'resume') return;
      this.asked.push(data.from);
      const from = Number(String(data.from ?? this.#position).split('.')[1]);
      const to = this.#position;
      if (from < this.#floor) say('gap', { from: data.from, to, reason: 'trimmed', spreadMs: 50 });
      else {
        say('resumed', { from: data.from ?? to, to });
        for (let seq = from + 1; seq <= this.items.length; seq += 1) this.#send(link, seq);
      }
      this.#live.add(link);
    });
  }
}
