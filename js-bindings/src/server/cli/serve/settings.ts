/** Reads the environment into what a node is started with. Every refusal names the variable. */
import {
  ConfigurationError,
  type Environment,
  readAllowedOrigins,
  readChoice,
  readList,
  readScopes,
  readSecrets,
  readSocketLimits,
  readText,
} from '../../standalone/environment.js';
import { levels } from './log.js';
import {
  metricsTokenCharactersMin,
  type NumberName,
  publishKeyCharactersMin,
  readNumberOf,
  variables,
} from './variables.js';

export type Settings = ReturnType<typeof readSettings>;

/** Answered over HTTP: no address for sockets. */
const ownPaths: readonly string[] = [
  ...['/publish', '/kick', '/connections', '/reachable'],
  ...['/healthz', '/readyz', '/metrics'],
];

export function readSettings(environment: Environment) {
  const number = (name: NumberName) => readNumberOf(environment, name);
  return {
    identity: {
      issuer: readRequired(environment, 'OIDC_ISSUER', 'such as https://id.example.com/'),
      audience: readAudience(environment),
      tenantClaim: readText(environment, 'TENANT_CLAIM') ?? variables.TENANT_CLAIM.fallback,
      requiredScopes: readScopes(environment),
    },
    redis: readRedis(environment),
    host: readText(environment, 'HOST') ?? variables.HOST.fallback,
    port: number('PORT'),
    path: readPath(environment),
    origins: readAllowedOrigins(environment),
    trustProxy: number('TRUST_PROXY'),
    publishKeys: readSecrets(environment, 'PUBLISH_KEY', publishKeyCharactersMin),
    metricsKeys: readSecrets(environment, 'METRICS_TOKEN', metricsTokenCharactersMin),
    publishesPerSecond: number('PUBLISHES_PER_SECOND'),
    limits: readSocketLimits(environment),
    heartbeatMs: number('HEARTBEAT_MS'),
    readyMs: number('READY_MS'),
    drainMs: number('DRAIN_MS'),
    build: readText(environment, 'BUILD'),
    logLevel: readChoice(environment, 'LOG_LEVEL', variables.LOG_LEVEL.fallback, levels),
  };
}

/** Null where there is none. The URL may hold a password, and is never repeated. */
function readRedis(environment: Environment) {
  const url = readText(environment, 'REDIS_URL');
  const prefix = readText(environment, 'REDIS_PREFIX') ?? variables.REDIS_PREFIX.fallback;
  if (!/^[\w.:-]{1,64}$/.test(prefix)) {
    throw new ConfigurationError('REDIS_PREFIX must be 1 to 64 of A-Z a-z 0-9 _ . : -');
  }
  if (url === undefined) return null;
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new ConfigurationError('REDIS_URL must be redis://host:port or rediss://host:port');
  }
  return { url, prefix };
}

function readRequired(environment: Environment, name: string, remedy: string): string {
  const text = readText(environment, name);
  if (text !== undefined) return text;
  throw new ConfigurationError(`${name} is not set: write one, ${remedy}.`);
}

function readAudience(environment: Environment): string[] {
  const remedy = 'which your issuer puts into tokens for this server (aud)';
  readRequired(environment, 'OIDC_AUDIENCE', remedy);
  return readList(environment, 'OIDC_AUDIENCE');
}

function readPath(environment: Environment): string {
  const path = readText(environment, 'SOCKET_PATH') ?? variables.SOCKET_PATH.fallback;
  if (/^\/(?!\/)[\w.~/-]*$/.test(path) && !ownPaths.includes(path)) return path;
  throw new ConfigurationError(
    `SOCKET_PATH is "${path}": write a path such as /ws, which is none of ${ownPaths.join(', ')}.`,
  );
}
