// A user whose token is signed by a key that is known, while strangers forge tokens and the issuer says nothing.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { WebSocket } from 'ws';
import type { BystanderAnswers } from './bystander.js';
import type { NodeAnswers } from './node.js';
import { fileOf, Remote } from './processes.js';
import type { World } from './world.js';

export interface Forgeries {
  readonly perSec: number;
  readonly forged: number;
  /** How the forged ones ended: code, and how many. */
  readonly ends: Readonly<Record<string, number>>;
  /** The same dials before there are forged ones: what the machine makes of them. */
  readonly calmMs: readonly number[];
  readonly dialMs: readonly number[];
  readonly failures: readonly string[];
}

const audience = 'https://api.crm.example';
const forgedPerSec = 300;
const dialEveryMs = 50;
/** The strangers' head start: all places of those that wait are taken by then. */
const headStartMs = 2000;
/** So many addresses: no limit of one address spares the server. */
const addresses = 100;

/** Gives its keys until it is told to be silent. */
async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }];
  let silent = false;
  const http = createServer(({ url: path = '' }, response) => {
    if (silent) return;
    const configuration = { issuer: url, jwks_uri: `${url}/keys` };
    response.end(JSON.stringify(path.startsWith('/.well-known') ? configuration : { keys }));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const token = await new SignJWT({ org_id: 'acme' })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'at+jwt' })
    .setIssuer(url)
    .setAudience(audience)
    .setSubject('ada')
    .setExpirationTime('1h')
    .sign(privateKey);
  const close = () => {
    http.closeAllConnections();
    http.close();
  };
  return { url, token, close, beSilent: () => (silent = true) };
}

const base64url = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Good in everything but its signature, of a key that nobody knows. */
function forge(issuer: string, number: number): string {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const claims = { iss: issuer, aud: audience, sub: `nobody-${number}`, org_id: 'acme', exp };
  const header = { alg: 'RS256', kid: `none-${number}`, typ: 'at+jwt' };
  return `${base64url(header)}.${base64url(claims)}.AAAA`;
}

/** Dials with forged tokens until it is told to stop; then tells how they ended. */
function attack(port: number, issuer: string) {
  const ends = new Map<string, number>();
  const links = new Set<WebSocket>();
  let forged = 0;
  const dial = () => {
    forged += 1;
    const own = process.platform === 'linux' && {
      localAddress: `127.0.1.${1 + (forged % addresses)}`,
    };
    const link = new WebSocket(
      `ws://127.0.0.1:${port}/ws`,
      ['keepline.v1', `bearer.${forge(issuer, forged)}`],
      { ...own },
    );
    links.add(link);
    link.on('error', () => undefined);
    link.once('close', (code) => {
      links.delete(link);
      ends.set(String(code), (ends.get(String(code)) ?? 0) + 1);
    });
  };
  const beganAt = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - beganAt) * forgedPerSec) / 1000;
    while (forged < due) dial();
  }, 10);
  return () => {
    clearInterval(timer);
    for (const link of links) link.terminate();
    return { forged, ends: Object.fromEntries(ends) };
  };
}

export async function measureForgeries({ cores, scale, progress }: World): Promise<Forgeries> {
  progress(`forgeries: ${forgedPerSec} a second, with an issuer that says nothing`);
  const issuer = await startIssuer();
  const node = await Remote.startServer<NodeAnswers>(
    { script: fileOf('node'), words: ['guarded', issuer.url] },
    cores,
  );
  const user = await Remote.start<BystanderAnswers>({ script: fileOf('bystander') });
  try {
    const where = {
      port: await node.ask('port'),
      contender: 'keepline',
      token: issuer.token,
    } as const;
    const count = (scale.forgedSec * 1000) / dialEveryMs;
    // The first of them asks for the keys.
    const calm = await user.ask('dials', { ...where, count, everyMs: dialEveryMs });
    const [failure] = calm.failures;
    if (failure !== undefined) throw new Error(`a good token was refused: ${failure}`);
    issuer.beSilent();
    const stop = attack(where.port, issuer.url);
    await pause(headStartMs);
    const dials = await user.ask('dials', { ...where, count, everyMs: dialEveryMs });
    return { perSec: forgedPerSec, ...stop(), calmMs: calm.dialMs, ...dials };
  } finally {
    issuer.close();
    await Promise.all([user.stop(), node.stop()]);
  }
}
