/**
 * Every variable that `keepline serve` reads, with its default and what it is for: the help and the
 * documentation are made of it, and numbers are read by it.
 */
import { defaultLimits } from '../../limits.js';
import { type Environment, readInteger } from '../../standalone/environment.js';

interface Variable {
  readonly what: string;
  /** Its value where it is not set. */
  readonly fallback?: string | number;
  /** In words, where there is no such value. */
  readonly unset?: string;
}

interface NumberVariable extends Variable {
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
}

/** Shorter ones can be guessed. */
export const publishKeyCharactersMin = 32;
export const metricsTokenCharactersMin = 16;

/** In the order in which somebody sets them up. */
export const variables = {
  OIDC_ISSUER: {
    unset: 'required',
    what: "the issuer's URL, `https:` unless on this machine",
  },
  OIDC_AUDIENCE: {
    unset: 'required',
    what: 'what tokens must be for (`aud`); of several, separated by commas, one',
  },
  PUBLISH_KEY: {
    unset: 'none',
    what: `what back ends send, of at least ${publishKeyCharactersMin} characters; several by commas, while one replaces another. Without it there is no \`/publish\`, \`/kick\`, \`/connections\` or \`/reachable\``,
  },
  REDIS_URL: {
    unset: 'none',
    what: '`redis://` or `rediss://`, from Redis 6.2 on: keeps the events of as many nodes as have it. Without it this node keeps them in its memory, alone',
  },
  REDIS_PREFIX: {
    fallback: 'kl',
    what: 'what all names in Redis begin with; two applications on one Redis need two',
  },
  PORT: { fallback: 5000, least: 0, most: 65_535, what: 'where it listens; 0 picks a free one' },
  HOST: {
    fallback: '127.0.0.1',
    what: 'the address it listens on; `0.0.0.0` in a container',
  },
  SOCKET_PATH: { fallback: '/ws', what: 'where pages dial' },
  PUBLIC_ORIGIN: {
    unset: 'the dialled host',
    what: 'the origin of your pages, where a proxy changes `Host`',
  },
  ALLOWED_ORIGINS: {
    unset: 'none',
    what: 'further origins of pages that may dial, separated by commas',
  },
  TRUST_PROXY: {
    ...{ fallback: 0, least: 0, most: 10 },
    what: 'how many proxies of yours stand in front, each of which adds to `X-Forwarded-For`',
  },
  TENANT_CLAIM: {
    fallback: 'org_id',
    what: 'the claim that names the tenant; the user is always `sub`',
  },
  REQUIRED_SCOPES: {
    unset: 'none',
    what: 'separated by spaces; a token without one of them is closed with 4403',
  },
  SOCKETS_MAX: { fallback: defaultLimits.sockets, what: 'sockets of this process' },
  SOCKETS_PER_ADDRESS: {
    fallback: defaultLimits.socketsPerAddress,
    what: 'sockets of one address; raise it for an office behind one',
  },
  SOCKETS_PER_USER: {
    fallback: defaultLimits.socketsPerUser,
    what: 'sockets of one user: all tabs of all devices',
  },
  PUBLISHES_PER_SECOND: {
    ...{ fallback: 1000, least: 1, most: 1_000_000 },
    what: 'of all back ends together, and as many at once; more are answered 429',
  },
  HEARTBEAT_MS: {
    ...{ fallback: 8000, least: 1000, most: 600_000 },
    what: 'how often pages are asked to ping; who missed one and a half is not reachable',
  },
  READY_MS: {
    ...{ fallback: 0, least: 0, most: 60_000 },
    what: 'how long a stop still takes dials once `/readyz` says 503: the interval of your balancer',
  },
  DRAIN_MS: {
    ...{ fallback: 5000, least: 0, most: 300_000 },
    what: 'within how long a stop then sends everybody away, one socket or more every 100 ms',
  },
  METRICS_TOKEN: {
    unset: 'none',
    what: `opens \`/metrics\` alone, of at least ${metricsTokenCharactersMin} characters; so does a publish key. Without either, this machine alone reads them`,
  },
  BUILD: { unset: 'none', what: 'told to pages in `connected`: they see that a newer one came' },
  LOG_LEVEL: { fallback: 'info', what: '`silent`, `error`, `warn`, `info` or `debug`' },
} as const satisfies Readonly<Record<string, Variable | NumberVariable>>;

const list: readonly (readonly [string, Variable])[] = Object.entries(variables);

type Variables = typeof variables;
export type NumberName = {
  [Name in keyof Variables]: Variables[Name] extends NumberVariable ? Name : never;
}[keyof Variables];

/** Reads one of the numbers above. Throws a `ConfigurationError` that names it. */
export function readNumberOf(environment: Environment, name: NumberName): number {
  const { fallback, least, most } = variables[name];
  return readInteger(environment, name, fallback, least, most);
}

export function asMarkdown(): string {
  const rows = list.map(([name, variable]) => {
    const { what, fallback, unset = `\`${fallback}\`` } = variable;
    return `| \`${name}\` | ${unset} | ${what} |`;
  });
  return `| variable | default | what it is |\n|---|---|---|\n${rows.join('\n')}\n`;
}

export function asText(): string {
  const rows = list.map(
    ([name, { what, fallback, unset = fallback }]) =>
      `  ${name} (default: ${unset})\n      ${what.replaceAll('`', '')}\n`,
  );
  return rows.join('');
}
