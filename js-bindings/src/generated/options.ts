// Generated from wasm/core/option_table.cpp: change it there.
//
// Every option that has a range or a default of the core's: as types for whoever writes them, and
// as a table for whoever checks them.

export interface BackoffOptions {
  /**
   * `exponential`: each wait is longer than the last; `full-jitter`: drawn from 250 ms up to it.
   * Default `'exponential'`.
   */
  readonly strategy?: 'exponential' | 'full-jitter';
  /** The first wait. 100 to 600000 ms, at most `backoff.maxMs`; default `1000`. */
  readonly initialMs?: number;
  /** How many times longer each wait is than the one before. 1 to 10; default `2`. */
  readonly factor?: number;
  /** No wait is longer. 100 to 600000 ms; default `30000`. */
  readonly maxMs?: number;
  /**
   * The share of each wait that is random, so that many clients do not return at once. 0 to 1;
   * default `0.3`.
   */
  readonly jitter?: number;
  /** After so many waits the connection is `suspended`. Integer, 0 to 10000; default `10`. */
  readonly maxAttempts?: number;
  /**
   * How often, give or take half, a suspended connection still tries; 0: never. 0 or 5000 to
   * 86400000 ms; default `60000`.
   */
  readonly slowProbeMs?: number;
}

export interface HeartbeatOptions {
  /**
   * `json`: `{"type":"ping"}`; `text`: bare `ping`, for servers that speak that; `off`: none.
   * Default `'json'`.
   */
  readonly format?: 'json' | 'text' | 'off';
  /**
   * How often a ping is sent; the server may override it within 5 to 120 s. 1000 to 600000 ms;
   * default `30000`.
   */
  readonly intervalMs?: number;
  /**
   * How long an answer may take before the link counts as dead. 1000 to 60000 ms; default `10000`.
   */
  readonly timeoutMs?: number;
  /**
   * The least that an answer may take after a wake or a page signal. 500 to 10000 ms; default
   * `2500`.
   */
  readonly probeMs?: number;
}

export interface QueueOptions {
  /** How many messages may wait for a usable link. Integer, 0 to 10000; default `100`. */
  readonly maxMessages?: number;
  /** How many bytes may wait for a usable link. 0 to 16777216 bytes; default `262144`. */
  readonly maxBytes?: number;
  /**
   * How long a message may wait before it is rejected as `expired`. 0 to 3600000 ms; default
   * `30000`.
   */
  readonly ttlMs?: number;
  /** A full queue rejects the new message, or drops and rejects its oldest. Default `'reject'`. */
  readonly overflow?: 'reject' | 'drop-oldest';
}

export interface NamesOptions {
  /**
   * The member that holds an event's type; some servers say `event`. 1 to 64 bytes; default
   * `'type'`.
   */
  readonly type?: string;
  /** The member that holds its payload. 1 to 64 bytes; default `'data'`. */
  readonly data?: string;
  /** The member that holds its position in the stream. 1 to 64 bytes; default `'seq'`. */
  readonly seq?: string;
  /** The member that holds the sender's id for it. 1 to 64 bytes; default `'id'`. */
  readonly id?: string;
  /**
   * The member that holds the sender's clock, in milliseconds since the epoch. 1 to 64 bytes;
   * default `'ts'`.
   */
  readonly ts?: string;
}

export interface TableOptions {
  /**
   * Where the endpoint is on the page's own host; begins with one `/`. 0 to 2048 bytes; default
   * `'/ws'`.
   */
  readonly path?: string;
  /**
   * The endpoint as an absolute `wss:` or `https:` URL, or as a path; then `path` does not count. 0
   * to 2048 bytes.
   */
  readonly url?: string;
  /**
   * Allow `ws:` to production hosts from `http:` pages, where the network itself is trusted.
   * Default `false`.
   */
  readonly allowInsecure?: boolean;
  /**
   * How long `getToken` may take before it is abandoned and asked again. 1000 to 120000 ms; default
   * `30000`.
   */
  readonly tokenTimeoutMs?: number;
  /**
   * Only the server's `connected` makes the link usable; without it the dial fails. Default
   * `false`.
   */
  readonly requireConnected?: boolean;
  /**
   * An open link on which nothing arrives counts as usable after this time. 0 to 10000 ms; default
   * `2000`.
   */
  readonly helloTimeoutMs?: number;
  /**
   * How long the first dial may take; later ones adapt to the measured round trip. 1000 to 60000
   * ms; default `15000`.
   */
  readonly connectTimeoutMs?: number;
  readonly backoff?: BackoffOptions;
  readonly heartbeat?: HeartbeatOptions;
  readonly queue?: QueueOptions;
  /**
   * Larger frames from the server are counted as malformed and never parsed. 1 to 67108864 bytes;
   * default `1048576`.
   */
  readonly maxMessageBytes?: number;
  /**
   * Payloads of known types: `report` counts what does not fit, `strict` does not deliver it.
   * Default `'off'`.
   */
  readonly validate?: 'off' | 'report' | 'strict';
  readonly names?: NamesOptions;
  /** The least severe line that reaches the log. Default `'warn'`. */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

interface Named {
  /** Dotted where nested: 'backoff.initialMs'. */
  readonly name: string;
}

export interface BooleanOption extends Named {
  readonly type: 'boolean';
  readonly default: boolean;
}

export interface NumberOption extends Named {
  readonly type: 'integer' | 'number';
  /** A closed range. */
  readonly min: number;
  readonly max: number;
  /** 0 is taken too. */
  readonly orZero?: true;
  /** Another option, given or by default, that this one must not exceed. */
  readonly atMost?: string;
  readonly default: number;
}

export interface StringOption extends Named {
  readonly type: 'string';
  /** A closed range for its length in UTF-8 bytes. */
  readonly min: number;
  readonly max: number;
  /** No other option of its group has the same value, given or by default. */
  readonly distinct?: true;
  readonly default?: string;
}

export interface ChoiceOption extends Named {
  readonly type: 'choice';
  readonly choices: readonly string[];
  readonly default: string;
}

export type OptionRow = BooleanOption | NumberOption | StringOption | ChoiceOption;

/** The core knows each by its place here. */
export const optionTable: readonly OptionRow[] = [
  {
    name: 'path',
    type: 'string',
    min: 0,
    max: 2048,
    default: '/ws',
  },
  {
    name: 'url',
    type: 'string',
    min: 0,
    max: 2048,
  },
  {
    name: 'allowInsecure',
    type: 'boolean',
    default: false,
  },
  {
    name: 'tokenTimeoutMs',
    type: 'number',
    min: 1000,
    max: 120000,
    default: 30000,
  },
  {
    name: 'requireConnected',
    type: 'boolean',
    default: false,
  },
  {
    name: 'helloTimeoutMs',
    type: 'number',
    min: 0,
    max: 10000,
    default: 2000,
  },
  {
    name: 'connectTimeoutMs',
    type: 'number',
    min: 1000,
    max: 60000,
    default: 15000,
  },
  {
    name: 'backoff.strategy',
    type: 'choice',
    choices: ['exponential', 'full-jitter'],
    default: 'exponential',
  },
  {
    name: 'backoff.initialMs',
    type: 'number',
    min: 100,
    max: 600000,
    atMost: 'backoff.maxMs',
    default: 1000,
  },
  {
    name: 'backoff.factor',
    type: 'number',
    min: 1,
    max: 10,
    default: 2,
  },
  {
    name: 'backoff.maxMs',
    type: 'number',
    min: 100,
    max: 600000,
    default: 30000,
  },
  {
    name: 'backoff.jitter',
    type: 'number',
    min: 0,
    max: 1,
    default: 0.3,
  },
  {
    name: 'backoff.maxAttempts',
    type: 'integer',
    min: 0,
    max: 10000,
    default: 10,
  },
  {
    name: 'backoff.slowProbeMs',
    type: 'number',
    min: 5000,
    max: 86400000,
    orZero: true,
    default: 60000,
  },
  {
    name: 'heartbeat.format',
    type: 'choice',
    choices: ['json', 'text', 'off'],
    default: 'json',
  },
  {
    name: 'heartbeat.intervalMs',
    type: 'number',
    min: 1000,
    max: 600000,
    default: 30000,
  },
  {
    name: 'heartbeat.timeoutMs',
    type: 'number',
    min: 1000,
    max: 60000,
    default: 10000,
  },
  {
    name: 'heartbeat.probeMs',
    type: 'number',
    min: 500,
    max: 10000,
    default: 2500,
  },
  {
    name: 'queue.maxMessages',
    type: 'integer',
    min: 0,
    max: 10000,
    default: 100,
  },
  {
    name: 'queue.maxBytes',
    type: 'integer',
    min: 0,
    max: 16777216,
    default: 262144,
  },
  {
    name: 'queue.ttlMs',
    type: 'number',
    min: 0,
    max: 3600000,
    default: 30000,
  },
  {
    name: 'queue.overflow',
    type: 'choice',
    choices: ['reject', 'drop-oldest'],
    default: 'reject',
  },
  {
    name: 'maxMessageBytes',
    type: 'integer',
    min: 1,
    max: 67108864,
    default: 1048576,
  },
  {
    name: 'validate',
    type: 'choice',
    choices: ['off', 'report', 'strict'],
    default: 'off',
  },
  {
    name: 'names.type',
    type: 'string',
    min: 1,
    max: 64,
    distinct: true,
    default: 'type',
  },
  {
    name: 'names.data',
    type: 'string',
    min: 1,
    max: 64,
    distinct: true,
    default: 'data',
  },
  {
    name: 'names.seq',
    type: 'string',
    min: 1,
    max: 64,
    distinct: true,
    default: 'seq',
  },
  {
    name: 'names.id',
    type: 'string',
    min: 1,
    max: 64,
    distinct: true,
    default: 'id',
  },
  {
    name: 'names.ts',
    type: 'string',
    min: 1,
    max: 64,
    distinct: true,
    default: 'ts',
  },
  {
    name: 'logLevel',
    type: 'choice',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'warn',
  },
];

/** The places of the options that the package gives by itself. */
export const internalRows = { page: 30, hasTokenProvider: 31 } as const;
