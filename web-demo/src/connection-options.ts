/**
 * Connection options from the address bar, to try them out:
 * `/?options={"backoff":{"initialMs":200}}`. Only tunables are taken; where the connection goes and
 * what it offers there is not up to a link that somebody sent.
 */
import type { ConnectionOptions } from 'keepline';

const TUNABLE = [
  'backoff',
  'connectTimeoutMs',
  'heartbeat',
  'helloTimeoutMs',
  'host',
  'logLevel',
  'queue',
  'requireConnected',
  'tokenTimeoutMs',
  'validate',
] as const satisfies readonly (keyof ConnectionOptions)[];

export type TunableOptions = Pick<ConnectionOptions, (typeof TUNABLE)[number]>;

/** What is not an object of options is ignored; a value out of range is the package's to refuse. */
export function optionsFromQuery(query: string): TunableOptions {
  const text = new URLSearchParams(query).get('options');
  if (text === null) return {};
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof given !== 'object' || given === null) return {};
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => TUNABLE.some((tunable) => tunable === name)),
  );
}
