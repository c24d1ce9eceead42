/** Servers and issuers for one test each: on a free port, quiet, and gone when the test is over. */
import { once } from 'node:events';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import { createServer, type RunningServer } from '../../../web-demo/server/create-server.js';
import { findDevelopmentUser } from '../../../web-demo/server/development-users.js';
import { createSigningKey, type SigningKey } from '../../../web-demo/server/issuer.js';
import { createLog } from '../../../web-demo/server/log.js';
import type { ServerOptions } from '../../../web-demo/server/options.js';
import { Client, type DialOptions } from './client.js';

export interface TestServer extends RunningServer {
  /** Everything the server logged so far, at its most talkative. */
  readonly logged: () => string;
}

/**
 * Making an RSA key is the slowest thing a server does at start; the servers of one file share
 * theirs.
 */
let signingKey: Promise<SigningKey> | undefined;
let issuerKey: ReturnType<typeof createKeyPair> | undefined;

export async function startServer(overrides: Partial<ServerOptions> = {}): Promise<TestServer> {
  let logged = '';
  const log = createLog('debug', {
    write: (line: string) => {
      logged += line;
    },
  });
  signingKey ??= createSigningKey();
  const server = await createServer({
    port: 0,
    identity: { kind: 'development', tokenTtlSec: 900, signingKey: await signingKey },
    feed: { eventsPerSecond: 0, seed: 1 },
    log,
    ...overrides,
  });
  onTestFinished(() => server.close());
  return Object.assign(server, { logged: () => logged });
}

export async function tokenFor(
  server: RunningServer,
  userId: string,
  ttlSec?: number,
): Promise<string> {
  const user = findDevelopmentUser(userId);
  if (!user || !server.issuer) throw new Error(`no development user "${userId}" here`);
  return (await server.issuer.issue(user, ttlSec)).token;
}

/** Signs in, and reads `connected` off the front. */
export async function connect(
  server: RunningServer,
  userId: string,
  options: DialOptions = {},
): Promise<Client> {
  const client = Client.withToken(server.url, await tokenFor(server, userId), options);
  onTestFinished(() => client.socket.terminate());
  const first = await client.next();
  if (first['type'] !== 'connected')
    throw new Error(`the first frame was ${String(first['type'])}`);
  return client;
}

export const OIDC_AUDIENCE = 'https://api.crm.example';

/**
 * An issuer of somebody else, as Auth0 would be: its own key, its own address, and a switch to stop
 * answering.
 */
export class OtherIssuer {
  readonly url: string;
  jwksFetches = 0;
  #silent = false;
  #failing = false;
  #key: CryptoKeyPairWithId;
  readonly #held = new Set<ServerResponse>();

  private constructor(url: string, key: CryptoKeyPairWithId) {
    this.url = url;
    this.#key = key;
  }

  static async start(): Promise<OtherIssuer> {
    const http = createHttpServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    issuerKey ??= createKeyPair('key-1');
    const issuer = new OtherIssuer(`http://127.0.0.1:${port}/`, await issuerKey);
    http.on('request', (request, response) => issuer.#answer(request.url ?? '', response));
    onTestFinished(() => {
      for (const response of issuer.#held) response.destroy();
      http.closeAllConnections();
      http.close();
    });
    return issuer;
  }

  get publicKey(): CryptoKey {
    return this.#key.publicKey;
  }

  /** From now on questions for the keys are never answered. */
  fallSilent(): void {
    this.#silent = true;
  }

  /** From now on questions for the keys are answered with an error, or no longer are. */
  fail(failing = true): void {
    this.#failing = failing;
  }

  /** Signs with another key from now on, and names no other. */
  rotate(key: CryptoKeyPairWithId): void {
    this.#key = key;
  }

  /** Good claims, but for those given; one that is given as undefined is left out. */
  async sign(
    claims: Readonly<Record<string, unknown>>,
    options: { key?: CryptoKeyPairWithId; kid?: string; typ?: string } = {},
  ): Promise<string> {
    const key = options.key ?? this.#key;
    const nowSec = Math.floor(Date.now() / 1000);
    const payload: JWTPayload = {
      iss: this.url,
      aud: OIDC_AUDIENCE,
      sub: 'auth0|ada',
      org_id: 'org_harbour',
      exp: nowSec + 60,
      ...claims,
    };
    return new SignJWT(payload)
      .setProtectedHeader({
        alg: 'RS256',
        kid: options.kid ?? key.kid,
        ...(options.typ !== undefined && { typ: options.typ }),
      })
      .sign(key.privateKey);
  }

  #answer(path: string, response: ServerResponse): void {
    if (path === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}keys` }));
      return;
    }
    this.jwksFetches += 1;
    if (this.#failing) response.writeHead(500).end();
    else if (this.#silent) this.#held.add(response);
    else response.end(JSON.stringify({ keys: [this.#key.publicJwk] }));
  }
}

type CryptoKeyPairWithId = Awaited<ReturnType<typeof createKeyPair>>;

export async function createKeyPair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, publicKey, publicJwk };
}
