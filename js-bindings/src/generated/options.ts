// Generated from wasm/core/option_table.cpp: change it there.
//
// Every option that has a range or a default of the core's: as types for whoever writes them, and
// as a table for whoever checks them.

export interface BackoffOptions {
  /**
   * `exponential`: each wait is longer than the last; `full-jitter`: drawn from 250 ms up to it.
   * Default `'exponential'`.
   */
  readonly strategy?: 'exponential' | 'full-jitter' | undefined;
  /** The first wait. 100 to 600000 ms, at most `backoff.maxMs`; default `1000`. */
  readonly initialMs?: number | undefined;
  /** How many times longer each wait is than the one before. 1 to 10; default `2`. */
  readonly factor?: number | undefined;
  /** No wait is longer. 100 to 600000 ms; default `30000`. */
  readonly maxMs?: number | undefined;
  /**
   * The share of each wait that is random, so that many clients do not return at once. 0 to 1;
   * default `0.3`.
   */
  readonly jitter?: number | undefined;
  /** After so many waits the connection is `suspended`. Integer, 0 to 10000; default `10`. */
  readonly maxAttempts?: number | undefined;
  /**
   * How often, give or take half, a suspended connection still tries; 0: never. 0 or 5000 to
   * 86400000 ms; default `60000`.
   */
  readonly slowProbeMs?: number | undefined;
}

export interface HeartbeatOptions {
  /**
   * `json`: `{"type":"ping"}`; `text`: bare `ping`, for servers that speak that; `off`: none.
   * Default `'json'`.
   */
  readonly format?: 'json' | 'text' | 'off' | undefined;
  /**
   * How often a ping is sent; the server may override it within 5 to 120 s. 1000 to 600000 ms;
   * default `30000`.
   */
  readonly intervalMs?: number | undefined;
  /**
   * How long an answer may take before the link counts as dead. 1000 to 60000 ms; default `10000`.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The least that an answer may take after a wake or a page signal. 500 to 10000 ms; default
   * `2500`.
   */
  readonly probeMs?: number | undefined;
}

export interface QueueOptions {
  /** How many messages may wait for a usable link. Integer, 0 to 10000; default `100`. */
  readonly maxMessages?: number | undefined;
  /** How many bytes may wait for a usable link. 0 to 16777216 bytes; default `262144`. */
  readonly maxBytes?: number | undefined;
  /**
   * How long a message may wait before it is rejected as `expired`. 0 to 3600000 ms; default
   * `30000`.
   */
  readonly ttlMs?: number | undefined;
  /** A full queue rejects the new message, or drops and rejects its oldest. Default `'reject'`. */
  readonly overflow?: 'reject' | 'drop-oldest' | undefined;
}

export interface HiddenOptions {
  /**
   * A page hidden for so long closes its link until it is visible again; 0: never. 0 or 1000 to
   * 86400000 ms; default `0`.
   */
  readonly closeAfterMs?: number | undefined;
}

export interface NamesOptions {
  /**
   * The member that holds an event's type; some servers say `event`. 1 to 64 bytes; default
   * `'type'`.
   */
  readonly type?: string | undefined;
  /** The member that holds its payload. 1 to 64 bytes; default `'data'`. */
  readonly data?: string | undefined;
  /** The member that holds its position in the stream. 1 to 64 bytes; default `'seq'`. */
  readonly seq?: string | undefined;
  /** The member that holds the sender's id for it. 1 to 64 bytes; default `'id'`. */
  readonly id?: string | undefined;
  /**
   * The member that holds the sender's clock, in milliseconds since the epoch. 1 to 64 bytes;
   * default `'ts'`.
   */
  readonly ts?: string | undefined;
}

export interface TableOptions {
  /**
   * Where the endpoint is on the page's own host; begins with one `/`. 0 to 2048 bytes; default
   * `'/ws'`.
   */
  readonly path?: string | undefined;
  /**
   * The endpoint as an absolute `wss:` or `https:` URL, or as a path; then `path` does not count. 0
   * to 2048 bytes.
   */
  readonly url?: string | undefined;
  /**
   * Allow `ws:` to production hosts from `http:` pages, where the network itself is trusted.
   * Default `false`.
   */
  readonly allowInsecure?: boolean | undefined;
  /**
   * How long `getToken` may take before it is abandoned and asked again. 1000 to 120000 ms; default
   * `30000`.
   */
  readonly tokenTimeoutMs?: number | undefined;
  /**
   * Only the server's `connected` makes the link usable; owed anyway by one that has ever sent it.
   * Default `false`.
   */
  readonly requireConnected?: boolean | undefined;
  /**
   * Where a token and `keepline.v1` were offered: how long a link waits for its first frame. 0 to
   * 10000 ms; default `2000`.
   */
  readonly helloTimeoutMs?: number | undefined;
  /**
   * How long the first dial may take; later ones adapt to the measured round trip. 1000 to 60000
   * ms; default `15000`.
   */
  readonly connectTimeoutMs?: number | undefined;
  readonly backoff?: BackoffOptions | undefined;
  readonly heartbeat?: HeartbeatOptions | undefined;
  readonly queue?: QueueOptions | undefined;
  readonly hidden?: HiddenOptions | undefined;
  /**
   * Larger frames from the server count as malformed and are never parsed; `send` refuses larger
   * ones. 1 to 67108864 bytes; default `1048576`.
   */
  readonly maxMessageBytes?: number | undefined;
  /**
   * Call-centre payloads alone: `report` counts what does not fit, `strict` does not deliver it.
   * Default `'off'`.
   */
  readonly validate?: 'off' | 'report' | 'strict' | undefined;
  readonly names?: NamesOptions | undefined;
  /** The least severe line that reaches the log. Default `'warn'`. */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent' | undefined;
}

/** In the place of another option's name: a number without a fraction. */
export const whole = 0;
/** In that place: 0 is taken too. */
export const orZero = 1;
/** In that place: no other option of its group has the same value, given or by default. */
export const distinct = 2;
/** In that place: begins with one slash. */
export const rooted = 3;

// Told by position, since an app bundles the table; what an option is, its default tells. A range is
// closed; that of a string is of its length in UTF-8 bytes.
export type OptionRow =
  | readonly [byDefault: boolean]
  | readonly [byDefault: string, choices: readonly string[]]
  | readonly [
      byDefault: string | undefined,
      min: number,
      max: number,
      beside?: typeof distinct | typeof rooted,
    ]
  | readonly [
      byDefault: number,
      min: number,
      max: number,
      /** Another option of its group, given or by default, that this one must not exceed. */
      beside?: typeof whole | typeof orZero | string,
    ];

export interface OptionGroup {
  readonly [name: string]: OptionRow | OptionGroup;
}

/** The core knows each by its place here, counted through the groups. */
export const optionTable = {
  path: ['/ws', 0, 2048, rooted],
  url: [undefined, 0, 2048],
  allowInsecure: [false],
  tokenTimeoutMs: [30000, 1000, 120000],
  requireConnected: [false],
  helloTimeoutMs: [2000, 0, 10000],
  connectTimeoutMs: [15000, 1000, 60000],
  backoff: {
    strategy: ['exponential', ['exponential', 'full-jitter']],
    initialMs: [1000, 100, 600000, 'maxMs'],
    factor: [2, 1, 10],
    maxMs: [30000, 100, 600000],
    jitter: [0.3, 0, 1],
    maxAttempts: [10, 0, 10000, whole],
    slowProbeMs: [60000, 5000, 86400000, orZero],
  },
  heartbeat: {
    format: ['json', ['json', 'text', 'off']],
    intervalMs: [30000, 1000, 600000],
    timeoutMs: [10000, 1000, 60000],
    probeMs: [2500, 500, 10000],
  },
  queue: {
    maxMessages: [100, 0, 10000, whole],
    maxBytes: [262144, 0, 16777216, whole],
    ttlMs: [30000, 0, 3600000],
    overflow: ['reject', ['reject', 'drop-oldest']],
  },
  hidden: {
    closeAfterMs: [0, 1000, 86400000, orZero],
  },
  maxMessageBytes: [1048576, 1, 67108864, whole],
  validate: ['off', ['off', 'report', 'strict']],
  names: {
    type: ['type', 1, 64, distinct],
    data: ['data', 1, 64, distinct],
    seq: ['seq', 1, 64, distinct],
    id: ['id', 1, 64, distinct],
    ts: ['ts', 1, 64, distinct],
  },
  logLevel: ['warn', ['debug', 'info', 'warn', 'error', 'silent']],
} as const satisfies OptionGroup;

// The places of the options that the package gives by itself.
export const pageRow = 31;
export const hasTokenProviderRow = 32;
export const hasUrlProviderRow = 33;
