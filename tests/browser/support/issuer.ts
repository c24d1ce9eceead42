// An OIDC issuer as small as one can be: discovery, keys, a sign-in page that says yes at once, and
// tokens for a code with its PKCE verifier. It asks nobody anything; it only keeps the protocol.
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface TestIssuer {
  readonly url: string;
  /** What the token endpoint was asked for, by grant. */
  readonly grants: readonly string[];
  readonly close: () => Promise<void>;
}

export interface TestIssuerOptions {
  readonly audience: string;
  readonly clientId: string;
  /** What the access tokens say beside the protocol's own claims. */
  readonly claims: Readonly<Record<string, string>>;
}

const KEY_ID = 'test-1';

export async function startIssuer(options: TestIssuerOptions): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
  const challenges = new Map<string, string>();
  const grants: string[] = [];
  const http = createServer();
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;

  const sign = (audience: string, claims: Readonly<Record<string, string>>) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: KEY_ID })
      .setIssuer(url)
      .setSubject('auth|42')
      .setAudience(audience)
      .setIssuedAt()
      // Two of the same second would be the same token, and the page has to get another one.
      .setJti(randomUUID())
      .setExpirationTime('1h')
      .sign(privateKey);

  const authorise = (query: URLSearchParams, response: ServerResponse) => {
    const code = randomUUID();
    challenges.set(code, query.get('code_challenge') ?? '');
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { Location: back.href }).end();
  };

  const giveTokens = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    grants.push(form.get('grant_type') ?? '');
    const verifier = createHash('sha256').update(form.get('code_verifier') ?? '');
    if (challenges.get(form.get('code') ?? '') !== verifier.digest('base64url')) {
      sendJson(response, 400, { error: 'invalid_grant' });
      return;
    }
    challenges.delete(form.get('code') ?? '');
    sendJson(response, 200, {
      access_token: await sign(options.audience, options.claims),
      id_token: await sign(options.clientId, { name: 'Grace Hopper' }),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid profile',
    });
  };

  http.on('request', (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    if (pathname === '/.well-known/openid-configuration') {
      sendJson(response, 200, {
        issuer: url,
        jwks_uri: `${url}jwks`,
        authorization_endpoint: `${url}authorize`,
        token_endpoint: `${url}token`,
      });
    } else if (pathname === '/jwks') sendJson(response, 200, { keys: [jwk] });
    else if (pathname === '/authorize') authorise(searchParams, response);
    else if (pathname === '/token') void giveTokens(request, response);
    else sendJson(response, 404, {});
  });
  const close = () =>
    new Promise<void>((closed) => {
      http.close(() => closed());
      http.closeAllConnections();
    });
  return { url, grants, close };
}

function sendJson(response: ServerResponse, status: number, document: unknown): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Access-Control-Allow-Origin': '*',
  });
  response.end(JSON.stringify(document));
}
