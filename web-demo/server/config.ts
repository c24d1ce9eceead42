/**
 * Reads the environment into options. Every refusal names the variable and what to write instead.
 */
import { defaultLimits, readOrigins } from 'keepline/server';
import { readCountry } from './imports/reading/phone-number.js';
import { createLog, type LogLevel } from './log.js';
import {
  defaultOptions,
  type IdentityOptions,
  type PageOptions,
  type ServerOptions,
} from './options.js';

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readOptions(environment: Environment, page: PageOptions): ServerOptions {
  const production = environment['NODE_ENV'] === 'production';
  const identity = readIdentity(environment);
  return {
    ...defaultOptions,
    host: environment['HOST'] ?? defaultOptions.host,
    port: readNumber(environment, 'PORT', defaultOptions.port, 0, 65_535),
    environment: production ? 'production' : 'development',
    identity,
    tenantClaim: environment['TENANT_CLAIM'] ?? defaultOptions.tenantClaim,
    allowedOrigins: [
      ...(environment['PUBLIC_ORIGIN'] ? readOriginList('PUBLIC_ORIGIN', environment) : ['self']),
      ...readOriginList('ALLOWED_ORIGINS', environment),
    ],
    requiredScopes: (environment['REQUIRED_SCOPES'] ?? '').split(' ').filter(Boolean),
    trustProxy: readNumber(environment, 'TRUST_PROXY', defaultOptions.trustProxy, 0, 10),
    limits: readLimits(environment),
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
    metricsToken: readMetricsToken(environment['METRICS_TOKEN']),
    log: createLog(readLogLevel(environment)),
  };
}

/** Whoever has a call centre behind one address, or fewer descriptors, says so. */
function readLimits(environment: Environment): ServerOptions['limits'] {
  const read = (name: string, fallback: number) =>
    readNumber(environment, name, fallback, 1, 1_000_000);
  return {
    sockets: read('SOCKETS_MAX', defaultLimits.sockets),
    socketsPerAddress: read('SOCKETS_PER_ADDRESS', defaultLimits.socketsPerAddress),
    socketsPerUser: read('SOCKETS_PER_USER', defaultLimits.socketsPerUser),
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

function readNumber(
  environment: Environment,
  name: string,
  fallback: number,
  least: number,
  most: number,
): number {
  const text = environment[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < least || value > most) {
    throw new ConfigurationError(`${name} is "${text}": write a number from ${least} to ${most}.`);
  }
  return value;
}

function readImportCountry(text: string | undefined): ServerOptions['importCountry'] {
  if (text === undefined || text === '') return undefined;
  const country = readCountry(text);
  if (country !== undefined) return country;
  throw new ConfigurationError(
    `IMPORT_COUNTRY is "${text}": write the two letters of a country, such as DE or US.`,
  );
}

/** Shorter can be guessed, by machines that try a few thousand a second. */
const METRICS_TOKEN_CHARACTERS_MIN = 16;

function readMetricsToken(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^[!-~]+$/.test(text) && text.length >= METRICS_TOKEN_CHARACTERS_MIN) return text;
  throw new ConfigurationError(
    `METRICS_TOKEN is too short or has spaces: write at least ${METRICS_TOKEN_CHARACTERS_MIN} letters and digits, such as "openssl rand -hex 16" prints.`,
  );
}

function readOriginList(name: string, environment: Environment): string[] {
  const entries = (environment[name] ?? '').split(',').map((entry) => entry.trim());
  try {
    return readOrigins(entries.filter(Boolean));
  } catch (error) {
    throw new ConfigurationError(`${name}: ${(error as Error).message}; several by commas.`);
  }
}

const LOG_LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug'];

function readLogLevel(environment: Environment): LogLevel {
  const text = environment['LOG_LEVEL'] ?? 'info';
  const level = LOG_LEVELS.find((known) => known === text);
  if (!level) {
    throw new ConfigurationError(`LOG_LEVEL is "${text}": write one of ${LOG_LEVELS.join(', ')}.`);
  }
  return level;
}
