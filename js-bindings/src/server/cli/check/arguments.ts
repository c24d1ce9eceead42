/** Reads the command line of `keepline check`: every option with its default and the reason for it. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CouldNotRun } from '../could-not-run.js';
import { parseObject } from './link.js';

export interface CheckOptions {
  readonly url: URL;
  readonly token: string | undefined;
  readonly expired: string | undefined;
  readonly origin: string | undefined;
  readonly restartCommand: string | undefined;
  readonly publishCommand: string | undefined;
  /** One that the server handles, and that does no harm however often it is done. */
  readonly message: Readonly<Record<string, unknown>> | undefined;
  /** Ids of rules, or what stands before their dot; empty for all. */
  readonly only: readonly string[];
  /** How long any one answer may take. */
  readonly timeoutMs: number;
  /** How long a server that went on is watched for a late word. */
  readonly quietMs: number;
  /** How long a silent link is watched; as long as the heartbeat that the server asks for, unless told. */
  readonly idleMs: number | undefined;
  /** Waited before each dial, for servers that limit how many come. */
  readonly paceMs: number;
  readonly floodMessages: number;
  readonly halfOpenDials: number;
  readonly bigBytes: number;
  readonly json: boolean;
  readonly strict: boolean;
}

/** What a number may be; far more than a check has use for would be an attack by a slip of the finger. */
const numbers = {
  timeout: { normally: 5000, min: 50, max: 120_000 },
  quiet: { normally: 250, min: 0, max: 10_000 },
  idle: { normally: undefined, min: 0, max: 600_000 },
  pace: { normally: 0, min: 0, max: 60_000 },
  flood: { normally: 300, min: 0, max: 10_000 },
  'half-open': { normally: 50, min: 0, max: 1000 },
  // Twice what the protocol has for a frame by default.
  big: { normally: 2 * 1024 * 1024, min: 1, max: 64 * 1024 * 1024 },
} as const;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  token: text,
  'token-file': text,
  expired: text,
  origin: text,
  only: text,
  timeout: text,
  quiet: text,
  idle: text,
  pace: text,
  flood: text,
  'half-open': text,
  big: text,
  'restart-command': text,
  'publish-command': text,
  message: text,
  json: flag,
  strict: flag,
  rules: flag,
  help: flag,
} as const;

export const usage = `Usage: keepline check wss://host/path [options]

Connects as a client and says, rule by rule of PROTOCOL.md, what the server does.
Ends with 0 when no "must" is broken, 1 when one is, 2 when nothing could be checked.

  --token TOKEN            a good token; better by --token-file or KEEPLINE_TOKEN, since other users of
                           this machine can read a command line
  --token-file FILE        a file that holds it
  --expired TOKEN          one that has expired
  --origin ORIGIN          of the page; a stranger's origin is tried by itself
  --only RULE,RULE         only these: an id, or what stands before its dot
  --restart-command CMD    restarts the server: going_away and 1012 are expected. Run by the shell
  --publish-command CMD    publishes an event that this token's user hears: links that come back must be
                           sent it. Run by the shell, several times
  --message JSON           {"type","data"?} that the server handles, and that may be done several times: the
                           same id must be done once
  --timeout MS             how long an answer may take (${numbers.timeout.normally})
  --quiet MS               how long a server that went on is watched for a late word (${numbers.quiet.normally})
  --idle MS                how long a silent link is watched (the server's heartbeatMs)
  --pace MS                waited before each dial, where a server limits them (${numbers.pace.normally})
  --flood N                messages sent at once (${numbers.flood.normally})
  --half-open N            dials that are left half open (${numbers['half-open'].normally})
  --big BYTES              of a frame that is too big (${numbers.big.normally})
  --strict                 a broken "should" counts as well
  --json                   the report as JSON
  --rules                  lists the rules, and connects to nobody
  --help
`;

export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'rules' }
  | { readonly kind: 'check'; readonly options: CheckOptions };

export function parseArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Request {
  const { values, positionals } = split(args);
  if (values.help) return { kind: 'help' };
  if (values.rules) return { kind: 'rules' };
  const [address, ...more] = positionals;
  if (address === undefined) throw new CouldNotRun('which server? keepline check wss://host/path');
  if (more.length > 0) throw new CouldNotRun('one address at a time');
  const file = values['token-file'];
  return {
    kind: 'check',
    options: {
      url: readAddress(address),
      token: readToken(
        values.token ?? (file === undefined ? environment['KEEPLINE_TOKEN'] : readFile(file)),
      ),
      expired: readToken(values.expired),
      origin: values.origin,
      restartCommand: values['restart-command'],
      publishCommand: values['publish-command'],
      message: readMessage(values.message),
      only: values.only?.split(',').filter((id) => id !== '') ?? [],
      timeoutMs: readNumber('timeout', values.timeout),
      quietMs: readNumber('quiet', values.quiet),
      idleMs: readNumber('idle', values.idle),
      paceMs: readNumber('pace', values.pace),
      floodMessages: readNumber('flood', values.flood),
      halfOpenDials: readNumber('half-open', values['half-open']),
      bigBytes: readNumber('big', values.big),
      json: values.json ?? false,
      strict: values.strict ?? false,
    },
  };
}

function split(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CouldNotRun(`${error instanceof Error ? error.message : error}; see --help`);
  }
}

function readAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^wss?:$/.test(url.protocol)) {
    throw new CouldNotRun('the address has to begin with ws:// or wss://');
  }
  if (url.hash) throw new CouldNotRun('the address of a WebSocket has no part after #');
  return url;
}

/** Never repeats what it was given. */
function readToken(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const token = given.trim();
  if (token === '') throw new CouldNotRun('a token that was given is empty; leave it out for none');
  if (!/^[\w!#$%&'*+\-.^`|~]+$/.test(token)) {
    throw new CouldNotRun(
      'a token has characters that no subprotocol can have, so no page can offer it',
    );
  }
  return token;
}

function readMessage(given: string | undefined): CheckOptions['message'] {
  if (given === undefined) return undefined;
  const message = parseObject(given);
  if (typeof message?.['type'] === 'string') return message;
  throw new CouldNotRun('--message is a JSON object with a type: {"type":"note","data":{}}');
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CouldNotRun(
      `the token file cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function readNumber<Name extends keyof typeof numbers>(
  name: Name,
  given: string | undefined,
): number | (typeof numbers)[Name]['normally'] {
  const { normally, min, max } = numbers[name];
  if (given === undefined) return normally;
  const value = Number(given);
  if (!/^\d+$/.test(given) || value < min || value > max) {
    throw new CouldNotRun(`--${name} is a whole number from ${min} to ${max}`);
  }
  return value;
}
