/**
 * Reads the environment into options. Every refusal names the variable and what to write instead.
 */
import {
  ConfigurationError,
  type Environment,
  readAllowedOrigins,
  readChoice,
  readInteger,
  readNumber,
  readScopes,
  readSecrets,
  readSocketLimits,
} from 'keepline/server/standalone';
import { readCountry } from './imports/reading/phone-number.js';
import { createLog, logLevels } from './log.js';
import {
  defaultOptions,
  type IdentityOptions,
  type PageOptions,
  type ServerOptions,
} from './options.js';

/** Shorter can be guessed, by machines that try a few thousand a second. */
const METRICS_TOKEN_CHARACTERS_MIN = 16;

export function readOptions(environment: Environment, page: PageOptions): ServerOptions {
  const production = environment['NODE_ENV'] === 'production';
  const identity = readIdentity(environment);
  return {
    ...defaultOptions,
    host: environment['HOST'] ?? defaultOptions.host,
    port: readInteger(environment, 'PORT', defaultOptions.port, 0, 65_535),
    environment: production ? 'production' : 'development',
    identity,
    tenantClaim: environment['TENANT_CLAIM'] ?? defaultOptions.tenantClaim,
    allowedOrigins: readAllowedOrigins(environment),
    requiredScopes: readScopes(environment),
    trustProxy: readInteger(environment, 'TRUST_PROXY', defaultOptions.trustProxy, 0, 10),
    limits: readSocketLimits(environment),
    readyMs: readNumber(environment, 'READY_MS', defaultOptions.readyMs, 0, 60_000),
    page,
    networkPanel: !production && identity.kind === 'development',
    feed: {
      eventsPerSecond: readNumber(
        environment,
        'FEED_RATE',
        // Invented calls are for a demo, and never for the users of a real issuer.
        identity.kind === 'development' ? defaultOptions.feed.eventsPerSecond : 0,
        0,
        1000,
      ),
      seed: readNumber(environment, 'FEED_SEED', defaultOptions.feed.seed, 0, 2 ** 32 - 1),
    },
    heartbeatMs: readNumber(environment, 'HEARTBEAT_MS', defaultOptions.heartbeatMs, 1000, 600_000),
    imports: {
      ...defaultOptions.imports,
      rowsPerSecond: readNumber(
        environment,
        'IMPORT_ROWS_PER_SEC',
        defaultOptions.imports.rowsPerSecond,
        0,
        1_000_000,
      ),
    },
    importCountry: readImportCountry(environment['IMPORT_COUNTRY']),
    metricsKeys: readSecrets(environment, 'METRICS_TOKEN', METRICS_TOKEN_CHARACTERS_MIN),
    log: createLog(readChoice(environment, 'LOG_LEVEL', 'info', logLevels)),
  };
}

function readIdentity(environment: Environment): IdentityOptions {
  const domain = environment['AUTH0_DOMAIN'];
  const audience = environment['AUTH0_AUDIENCE'];
  if (!domain && !audience) {
    const tokenTtlSec = readNumber(environment, 'DEV_TOKEN_TTL_SEC', 900, 1, 86_400);
    return { kind: 'development', tokenTtlSec };
  }
  if (!domain || !audience) {
    throw new ConfigurationError(
      'AUTH0_DOMAIN and AUTH0_AUDIENCE belong together: set both for an OIDC issuer, or neither for the development issuer.',
    );
  }
  const issuer = domain.includes('://') ? domain : `https://${domain}/`;
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (
    url?.protocol !== 'https:' &&
    url?.hostname !== 'localhost' &&
    url?.hostname !== '127.0.0.1'
  ) {
    throw new ConfigurationError(
      `AUTH0_DOMAIN is "${domain}": write a host name such as example.eu.auth0.com, or the issuer's https URL.`,
    );
  }
  return { kind: 'oidc', issuer, audience, clientId: environment['AUTH0_CLIENT_ID'] || undefined };
}

function readImportCountry(text: string | undefined): ServerOptions['importCountry'] {
  if (text === undefined || text === '') return undefined;
  const country = readCountry(text);
  if (country !== undefined) return country;
  throw new ConfigurationError(
    `IMPORT_COUNTRY is "${text}": write the two letters of a country, such as DE or US.`,
  );
}
