// `keepline/server/oidc`: access tokens of an OpenID Connect issuer, by the library `jose`.
export type { IssuerDocument } from './discovery.js';
export type { KeyTimes, OidcOptions } from './options.js';
export { type OidcVerify, verifyOidc } from './verify-oidc.js';
