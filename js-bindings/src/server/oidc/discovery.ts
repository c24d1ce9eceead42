// What an issuer says of itself: OpenID Connect Discovery 1.0, 4 (https://openid.net/specs/openid-connect-discovery-1_0.html).
import { checkAddress, fetchJson, WrongConfiguration } from './fetch-json.js';

export interface IssuerDocument {
  /** As the issuer spells itself, final slash or not: `iss` is compared with exactly this. */
  readonly issuer: string;
  readonly jwksUri: URL;
  /** Everything it said: a page that signs in finds its endpoints here. */
  readonly document: Readonly<Record<string, unknown>>;
}

const withoutSlash = (text: string): string => text.replace(/\/+$/, '');

/** Where the issuer's configuration is. Throws `WrongConfiguration` for what can be no issuer's URL. */
export function discoveryAddress(configured: string): URL {
  if (!URL.canParse(configured)) {
    throw new WrongConfiguration('it is no URL: write one such as https://id.example.com/');
  }
  const url = new URL(configured);
  // Not repeated: what is wrong may be a password.
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new WrongConfiguration('its URL may have neither a user, a query nor a fragment');
  }
  checkAddress(url, 'its URL');
  return new URL(`${withoutSlash(configured)}/.well-known/openid-configuration`);
}

/** Rejects with a `WrongConfiguration` where asking again is of no use, and with another Error where it may be. */
export async function discover(configured: string, signal: AbortSignal): Promise<IssuerDocument> {
  const document = await fetchJson(discoveryAddress(configured), signal);
  const { issuer, jwks_uri: jwks } = (document ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (typeof issuer !== 'string' || typeof jwks !== 'string' || !URL.canParse(jwks)) {
    throw new Error('its configuration lacks "issuer" or "jwks_uri"');
  }
  // Issuers differ in the final slash; anything else that differs is another issuer.
  if (withoutSlash(issuer) !== withoutSlash(configured)) {
    throw new WrongConfiguration(
      `it calls itself "${issuer}", not "${configured}": name it as it does`,
    );
  }
  const jwksUri = new URL(jwks);
  checkAddress(jwksUri, 'its jwks_uri');
  return { issuer, jwksUri, document: document as Readonly<Record<string, unknown>> };
}
