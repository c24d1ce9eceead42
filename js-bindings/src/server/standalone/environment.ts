// Reads the environment, variable by variable. Every refusal names the variable and what to write instead.
import { readOrigins } from '../handshake.js';
import { defaultLimits, type Limits } from '../limits.js';

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined where it is not set, or set to nothing, as compose files do. */
export function readText(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}

export function readNumber(
  environment: Environment,
  name: string,
  fallback: number,
  least: number,
  most: number,
): number {
  const text = readText(environment, name);
  if (text === undefined) return fallback;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new ConfigurationError(`${name} is "${text}": write a number from ${least} to ${most}.`);
}

export function readInteger(
  environment: Environment,
  name: string,
  fallback: number,
  least: number,
  most: number,
): number {
  const value = readNumber(environment, name, fallback, least, most);
  if (Number.isInteger(value)) return value;
  throw new ConfigurationError(`${name} is "${value}": write a whole number.`);
}

export function readChoice<Choice extends string>(
  environment: Environment,
  name: string,
  fallback: Choice,
  choices: readonly Choice[],
): Choice {
  const text = readText(environment, name) ?? fallback;
  const choice = choices.find((known) => known === text);
  if (choice) return choice;
  throw new ConfigurationError(`${name} is "${text}": write one of ${choices.join(', ')}.`);
}

/** Whoever has a call centre behind one address, or fewer descriptors, says so. */
export function readSocketLimits(
  environment: Environment,
): Pick<Limits, 'sockets' | 'socketsPerAddress' | 'socketsPerUser'> {
  const read = (name: string, fallback: number) =>
    readInteger(environment, name, fallback, 1, 1_000_000);
  return {
    sockets: read('SOCKETS_MAX', defaultLimits.sockets),
    socketsPerAddress: read('SOCKETS_PER_ADDRESS', defaultLimits.socketsPerAddress),
    socketsPerUser: read('SOCKETS_PER_USER', defaultLimits.socketsPerUser),
  };
}

/** Which pages may dial: those of the server's own host, or of `PUBLIC_ORIGIN` where a proxy renames that. */
export function readAllowedOrigins(environment: Environment): string[] {
  const own = readOriginList('PUBLIC_ORIGIN', environment);
  return [...(own.length > 0 ? own : ['self']), ...readOriginList('ALLOWED_ORIGINS', environment)];
}

function readOriginList(name: string, environment: Environment): string[] {
  try {
    return readOrigins(readList(environment, name));
  } catch (error) {
    throw new ConfigurationError(`${name}: ${(error as Error).message}; several by commas.`);
  }
}

/** What stands between commas. */
export function readList(environment: Environment, name: string): string[] {
  const entries = (environment[name] ?? '').split(',').map((entry) => entry.trim());
  return entries.filter(Boolean);
}

export function readScopes(environment: Environment): string[] {
  return (environment['REQUIRED_SCOPES'] ?? '').split(' ').filter(Boolean);
}

/** A secret that callers send. It is never repeated, whatever is wrong with it. */
export function readSecrets(
  environment: Environment,
  name: string,
  charactersMin: number,
): string[] {
  const secrets = readList(environment, name);
  if (secrets.every((text) => /^[!-~]+$/.test(text) && text.length >= charactersMin)) {
    return secrets;
  }
  throw new ConfigurationError(
    `${name} is too short or has spaces: write at least ${charactersMin} letters and digits, such as "openssl rand -hex ${charactersMin / 2}" prints.`,
  );
}
