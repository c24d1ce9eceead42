// What an issuer says of itself: OpenID Connect Discovery 1.0, 4.
import { checkAddress, fetchJson } from './fetch-json.js';

export interface IssuerDocument {
  /** As the issuer spells itself, final slash or not: `iss` is compared with exactly this. */
  readonly issuer: string;
  readonly jwksUri: URL;
  /** Everything it said: a page that signs in finds its endpoints here. */
  readonly document: Readonly<Record<string, unknown>>;
}

const withoutSlash = (text: string): string => text.replace(/\/+$/, '');

/** Rejects with an Error that says what is wrong, for whoever configured it. */
export async function discover(configured: string, timeoutMs: number): Promise<IssuerDocument> {
  const address = `${withoutSlash(configured)}/.well-known/openid-configuration`;
  if (!URL.canParse(address)) throw new Error(`the issuer "${configured}" is no URL`);
  checkAddress(new URL(address), 'the issuer');
  const document = await fetchJson(new URL(address), timeoutMs);
  const { issuer, jwks_uri: jwks } = (document ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (typeof issuer !== 'string' || typeof jwks !== 'string' || !URL.canParse(jwks)) {
    throw new Error('its configuration lacks "issuer" or "jwks_uri"');
  }
  // Issuers differ in the final slash; anything else that differs is another issuer.
  if (withoutSlash(issuer) !== withoutSlash(configured)) {
    throw new Error(`it calls itself "${issuer}", not "${configured}"`);
  }
  const jwksUri = new URL(jwks);
  checkAddress(jwksUri, 'its jwks_uri');
  return { issuer, jwksUri, document: document as Readonly<Record<string, unknown>> };
}
