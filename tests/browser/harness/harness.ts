// Puts the package within reach of a test: opens one connection, and keeps what it said.
//
// The token of the development issuer is asked for like an application would; the page remembers
// every token it ever saw so that a test can look for them where they must not be.
import {
  type Connection,
  type ConnectionOptions,
  createConnection,
  type Status,
  type TokenProvider,
} from 'keepline';

export interface HarnessOptions extends Omit<ConnectionOptions, 'getToken' | 'log'> {
  readonly user: string;
  /** What getToken does: fetch from the issuer, hang for ever, reject, or say that nobody is there; or
   * there is none, as where a cookie says who it is. */
  readonly token?: 'issue' | 'hang' | 'reject' | 'nobody' | 'illegal' | 'cookie';
  /** Keep one token for as long as it is not told to refresh. */
  readonly cacheToken?: boolean;
}

export interface SeenEvent {
  readonly type: string;
  readonly data: unknown;
  readonly seq: number | undefined;
}

export interface Harness {
  connection: Connection | null;
  readonly statuses: Status[];
  readonly events: SeenEvent[];
  readonly logs: string[];
  readonly tokenRequests: { forceRefresh: boolean; aborted: boolean }[];
  readonly tokens: string[];
  readonly reconnections: { downMs: number; missed: string }[];
  /** Why each stretch of the stream was missing. */
  readonly gaps: string[];
  open(options: HarnessOptions, patterns?: readonly string[]): void;
  /** What became of each note: null while it waits. */
  readonly notes: (string | null)[];
  /** Sends so many more notes, numbered from 1 on; each is padded to about so many bytes. */
  sendNotes(count: number, bytes?: number): void;
  /** Another user signs in: tokens are theirs from now on. */
  switchUser(user: string): void;
  /** Throws what createConnection throws. */
  tryOptions(
    options: unknown,
  ): { name: string; kind: unknown; message: string; remedy: unknown } | null;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

async function askIssuer(user: string, signal: AbortSignal): Promise<string> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
    signal,
  });
  const { token } = (await response.json()) as { token: string };
  return token;
}

/** Who signs in, where it is not who the connection was opened for. */
let switchedTo: string | null = null;

function makeProvider(harness: Harness, options: HarnessOptions): TokenProvider {
  let cached: string | null = null;
  return async ({ forceRefresh, signal }) => {
    const request = { forceRefresh, aborted: false };
    signal.addEventListener('abort', () => {
      request.aborted = true;
    });
    harness.tokenRequests.push(request);
    switch (options.token ?? 'issue') {
      case 'hang':
        return new Promise(() => {});
      case 'reject':
        throw new Error('the issuer is away');
      case 'nobody':
        return null;
      case 'illegal':
        return 'not a "token"';
      case 'issue':
      case 'cookie':
        break;
    }
    if (cached === null || forceRefresh || options.cacheToken !== true) {
      cached = await askIssuer(switchedTo ?? options.user, signal);
      harness.tokens.push(cached);
    }
    return cached;
  };
}

window.harness = {
  connection: null,
  statuses: [],
  events: [],
  logs: [],
  tokenRequests: [],
  tokens: [],
  reconnections: [],
  gaps: [],
  open(options, patterns = ['*']) {
    const { user, token, cacheToken, ...rest } = options;
    const connection = createConnection({
      logLevel: 'debug',
      ...rest,
      ...(token !== 'cookie' && { getToken: makeProvider(this, options) }),
      log: (level, text) => this.logs.push(`${level} ${text}`),
    });
    this.connection = connection;
    this.statuses.push(connection.status());
    connection.onStatus((status) => this.statuses.push(status));
    connection.onReconnected(({ downMs, missed }) => this.reconnections.push({ downMs, missed }));
    connection.onGap(({ reason, to }) => this.gaps.push(to === null ? `${reason}, open` : reason));
    for (const pattern of patterns) {
      connection.subscribe(pattern, ({ type, data, seq }) => this.events.push({ type, data, seq }));
    }
  },
  notes: [],
  sendNotes(count, bytes = 0) {
    for (let sent = 0; sent < count; sent += 1) {
      const n = this.notes.push(null);
      const settle = (outcome: string) => {
        this.notes[n - 1] = outcome;
      };
      this.connection?.send('note', { n, padding: 'x'.repeat(bytes) }).then(
        () => settle('sent'),
        (error: unknown) => settle(String((error as { kind?: unknown }).kind)),
      );
    }
  },
  switchUser(user) {
    switchedTo = user;
    this.connection?.setIdentity(user);
  },
  tryOptions(options) {
    try {
      createConnection(options as ConnectionOptions).dispose();
      return null;
    } catch (error) {
      const { name, kind, message, remedy } = error as Record<string, unknown>;
      return { name: String(name), kind, message: String(message), remedy };
    }
  },
};
