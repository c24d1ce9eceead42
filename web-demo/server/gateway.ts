/**
 * The `/ws` endpoint: takes upgrades from the HTTP server, accepts them and hands each to a
 * `SocketSession`.
 *
 * A refusal that a page should understand is an accepted upgrade followed by a close code, because
 * a browser shows a page nothing of a failed upgrade but 1006.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { CloseCode, type RetryHint } from './close-codes.js';
import { readHandshake, SUBPROTOCOL } from './handshake.js';
import { type SessionDependencies, SocketSession } from './socket-session.js';
import { ignoreUpgrade, isWebSocketUpgrade, pathOf, refuseUpgrade } from './upgrades.js';

const SOCKET_PATH = '/ws';

/** A fault that somebody asked for: let the dial through, turn it away, or never answer it. */
export interface UpgradeGate {
  admit(request: IncomingMessage, transport: Duplex): 'pass' | 'taken';
}

export interface GatewayOptions extends SessionDependencies {
  readonly gate?: UpgradeGate | undefined;
  /** Upgrades of somebody else on the same HTTP server (the development page's hot reload). */
  readonly isForeign: (request: IncomingMessage) => boolean;
}

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #sockets: WebSocketServer;
  readonly #sessions = new Set<SocketSession>();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.options.limits.frameBytesMax,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
  }

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, transport: Duplex, head: Buffer) => {
      if (!isWebSocketUpgrade(request)) ignoreUpgrade(server, request, transport, head);
      else if (!this.#options.isForeign(request)) this.#handleUpgrade(request, transport, head);
    });
  }

  /** Every socket that has not closed yet, verified or not. */
  sessions(): SocketSession[] {
    return [...this.#sessions];
  }

  /**
   * Sends everybody away with a hint when to return and waits for them; whoever has not answered by
   * then is cut.
   */
  async closeAll(hint: RetryHint, patienceMs: number): Promise<void> {
    const leaving = this.sessions();
    for (const session of leaving) session.sendAway(hint);
    const cut = setTimeout(() => {
      for (const session of leaving) session.terminate();
    }, patienceMs);
    await Promise.all(leaving.map((session) => session.closed));
    clearTimeout(cut);
  }

  #handleUpgrade(request: IncomingMessage, transport: Duplex, head: Buffer): void {
    // Between the upgrade and its answer nobody else listens, and a reset there would end the
    // process.
    transport.on('error', () => transport.destroy());
    const { metrics } = this.#options;
    if (pathOf(request) !== SOCKET_PATH) {
      metrics.countUpgrade('not_found');
      refuseUpgrade(transport, 404);
      return;
    }
    if (this.#options.gate?.admit(request, transport) === 'taken') {
      metrics.countUpgrade('fault');
      return;
    }
    this.#sockets.handleUpgrade(request, transport, head, (socket) =>
      this.#handleSocket(socket, request, transport),
    );
  }

  #handleSocket(socket: WebSocket, request: IncomingMessage, transport: Duplex): void {
    const session = new SocketSession(socket, transport, this.#options);
    this.#sessions.add(session);
    void session.closed.then(() => this.#sessions.delete(session));

    const handshake = readHandshake(request, this.#options.options.allowedOrigins);
    if (handshake.kind === 'refused') {
      session.close(handshake.code, handshake.why);
      return;
    }
    const verifying = this.sessions().filter(({ isVerifying }) => isVerifying).length;
    if (verifying > this.#options.options.limits.unverifiedSocketsMax) {
      session.close(CloseCode.tryLater, 'too many sockets are waiting to be verified');
      return;
    }
    session.authenticate(handshake.token).catch((error: unknown) => {
      this.#options.log.error({ problem: String(error) }, 'verification failed unexpectedly');
      session.close(CloseCode.tryLater, 'the server cannot verify tokens yet');
    });
  }
}
