/** An issuer that answers as a test says, and a verifier of its tokens. Counts what it is asked. */
import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { type OidcOptions, type OidcVerify, verifyOidc } from 'keepline/server/oidc';
import { onTestFinished, vi } from 'vitest';
import { createKeyPair } from './server.js';

export const audience = 'https://api.crm.example';
export const dial = { remoteAddress: '', path: '/ws', secure: undefined, headers: {} };

export type Answer = (response: ServerResponse) => void;
type KeyPair = Awaited<ReturnType<typeof createKeyPair>>;

/** Making keys is slow, and those of one file may be the same. */
const firstPair = createKeyPair('key-1');

export const json =
  (document: unknown): Answer =>
  (response) =>
    void response.end(JSON.stringify(document));
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end();
export const silence: Answer = () => undefined;
/** As many bytes as somebody reads: a set of keys that has no end. */
export const endless: Answer = (response) => {
  response.write('{"keys":[');
  const more = () => {
    while (!response.destroyed && response.write(`{"kty":"${'x'.repeat(65_536)}"},`));
  };
  response.on('drain', more);
  more();
};

export class MisbehavingIssuer {
  readonly url: string;
  /** How often each was asked for. */
  discoveries = 0;
  keyQuestions = 0;
  /** Null for what is right. */
  configuration: Answer | null = null;
  keys: Answer | null = null;
  /** Emits `asked`, with the path, and `left` where the one who asked went before the answer. */
  readonly events = new EventEmitter();
  pair: KeyPair;

  private constructor(url: string, pair: KeyPair) {
    this.url = url;
    this.pair = pair;
  }

  static async start(): Promise<MisbehavingIssuer> {
    const http = createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const issuer = new MisbehavingIssuer(url, await firstPair);
    http.on('request', ({ url: path = '' }, response) => issuer.#answer(path, response));
    onTestFinished(() => {
      http.closeAllConnections();
      http.close();
    });
    return issuer;
  }

  /** Everything is answered alike: an outage of the whole. */
  failWith(answer: Answer | null): void {
    this.configuration = answer;
    this.keys = answer;
  }

  /** Good claims but for those given, signed with the key of today. */
  async sign(claims: object = {}, header: object = {}): Promise<string> {
    const exp = Math.floor(Date.now() / 1000) + 600;
    const good = { iss: this.url, aud: audience, sub: 'ada', org_id: 'harbour', exp };
    return new SignJWT({ ...good, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: this.pair.kid, typ: 'at+jwt', ...header })
      .sign(this.pair.privateKey);
  }

  #answer(path: string, response: ServerResponse): void {
    response.on('close', () => {
      if (!response.writableFinished) this.events.emit('left');
    });
    if (path.startsWith('/.well-known')) {
      this.discoveries += 1;
      (this.configuration ?? json({ issuer: this.url, jwks_uri: `${this.url}/keys` }))(response);
    } else {
      this.keyQuestions += 1;
      (this.keys ?? json({ keys: [this.pair.publicJwk] }))(response);
    }
    this.events.emit('asked', path);
  }
}

/** The date alone: sockets and requests go on as ever. */
export function pass(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  onTestFinished(() => void vi.useRealTimers());
}

/** A verifier that is gone with its test; its log is an array of lines. */
export function verifierOf(
  issuer: string,
  options: Partial<OidcOptions> = {},
): { verify: OidcVerify; logged: string[] } {
  const logged: string[] = [];
  const write = (level: string) => (fields: object, message: string) =>
    void logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  const verify = verifyOidc({ issuer, audience, logger, ...options });
  onTestFinished(() => verify.close());
  return { verify, logged };
}
