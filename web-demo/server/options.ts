/**
 * Everything about the server that can be tuned, with its default and the reason for it. Reads no
 * environment and starts nothing: `config.ts` fills this from the environment, tests fill it by
 * hand.
 */
import type { EventLog, Feature, Limits, RetryHint } from 'keepline/server';
import type { KeyTimes } from 'keepline/server/oidc';
import type { FleetControl } from './fleet/control.js';
import type { CountryCode } from './imports/reading/phone-number.js';
import type { SigningKey } from './issuer.js';
import type { Log } from './log.js';

export type IdentityOptions =
  | {
      readonly kind: 'development';
      readonly tokenTtlSec: number;
      /** Keeps tokens good across instances; made at start unless given. */
      readonly signingKey?: SigningKey;
    }
  | {
      readonly kind: 'oidc';
      readonly issuer: string;
      readonly audience: string;
      /** Of the page, as the issuer knows it; the server itself verifies tokens without it. */
      readonly clientId?: string | undefined;
    };

export type PageOptions =
  | { readonly kind: 'none' }
  | { readonly kind: 'built'; readonly directory: string }
  | { readonly kind: 'vite'; readonly root: string };

export interface ImportLimits {
  /** Of one uploaded file: several times what the rows below need. */
  readonly fileBytesMax: number;
  /**
   * Rows of a file beside the header, empty ones counted: all that say something are held while it
   * is imported. A list longer than this is cut in two.
   */
  readonly rowsMax: number;
  /** Cells of a row; what is exported from anywhere has fewer. */
  readonly columnsMax: number;
  /** Of one row with all its columns; longer is a quote that nobody closed. */
  readonly rowCharactersMax: number;
  /** Of a whole file. Each takes its time to be parsed, however little is in it. */
  readonly cellsMax: number;
  /** Of all files that have begun to arrive and are not read yet: those of one tenant, and all. */
  readonly uploadBytesPerTenant: number;
  readonly uploadBytesMax: number;
  /** Whoever sends less in a window of `uploadWindowMs` is turned away: so much does a poor line. */
  readonly uploadBytesPerSecMin: number;
  readonly uploadWindowMs: number;
  /** Threads that read files, each of another tenant. */
  readonly readersMax: number;
  /** What one may take: the worst file within the limits takes about a third of each. */
  readonly readMs: number;
  readonly readerHeapMebibytes: number;
  /** How long a thread waits for another file; one that goes leaves nothing behind. */
  readonly readerIdleMs: number;
  /**
   * Files that have arrived and are not imported yet: those of one tenant, and all; with the bytes
   * above it bounds the memory. Nothing of a file but refused rows outlives its import.
   */
  readonly perTenantMax: number;
  readonly concurrentMax: number;
  /** Rows whose error is told one by one; beyond them a person mends the file, not the rows. */
  readonly errorsTold: number;
  /** A bar that moves four times a second looks alive; more would only cost. */
  readonly progressIntervalMs: number;
  /** Leaves the event loop to calls, as a database behind it would; 0 for as fast as it goes. */
  readonly rowsPerSecond: number;
  /** They are kept in memory, and a demo's tenant is no reason to run out of it. */
  readonly contactsPerTenantMax: number;
  /** Finished imports of one user that can still be asked about. */
  readonly keptPerUser: number;
  /** The same of everybody together. */
  readonly keptMax: number;
  /** Refused rows that can be downloaded: of one import, and of all, the oldest forgotten first. */
  readonly refusedBytesMax: number;
  readonly refusedBytesInAll: number;
}

export interface FeedOptions {
  /** Simulated events a second for each user who is connected; 0 for silence. */
  readonly eventsPerSecond: number;
  /** The same seed tells the same story. */
  readonly seed: number;
}

/** What holds the links where this server does not: nodes behind one balancer, with one log. */
export interface Fleet {
  readonly events: EventLog;
  readonly control: FleetControl;
}

export interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly environment: 'development' | 'production';
  readonly identity: IdentityOptions;
  /** The claim that names the tenant. */
  readonly tenantClaim: string;
  /** A token has to have all of these scopes; one without is turned away with 4403. */
  readonly requiredScopes: readonly string[];
  /** How the issuer's keys are asked for, where that differs from the package's own. */
  readonly jwks: Partial<KeyTimes>;
  /** Pages that may call: `self` for those of the server's own host, others by their origin. */
  readonly allowedOrigins: readonly string[];
  /** How many proxies of one's own stand in front, each of which adds to X-Forwarded-For. */
  readonly trustProxy: number;
  readonly page: PageOptions;
  /** Faults on demand over HTTP; never in production. */
  readonly networkPanel: boolean;
  /** Null where this server holds the links itself. */
  readonly fleet: Fleet | null;
  readonly feed: FeedOptions;
  readonly features?: readonly Feature[] | undefined;
  /** False imitates a server that knows nothing of `connected`. */
  readonly sendConnected: boolean;
  /** False imitates a server that knows nothing of `ping`. */
  readonly answerPings: boolean;
  /** How often clients are asked to ping. */
  readonly heartbeatMs: number;
  /** How often this server pings by the WebSocket protocol; two unanswered end the socket. */
  readonly livenessMs: number;
  /** Of the real-time half, where they differ from its own. */
  readonly limits: Partial<Limits>;
  readonly imports: ImportLimits;
  /** Whose national numbers a contact list has that does not say so; none takes numbers with a plus alone. */
  readonly importCountry: CountryCode | undefined;
  /**
   * Sent with 1012 when the server stops; the spread keeps all clients from returning at the same
   * instant.
   */
  readonly restartHint: RetryHint;
  /** How long dials are still taken after `/readyz` has said that no more should come: a balancer's interval. */
  readonly readyMs: number;
  /** Open `/metrics` to whoever sends one; without any only this machine is answered. */
  readonly metricsKeys: readonly string[];
  readonly log: Log;
}

export const DEVELOPMENT_AUDIENCE = 'keepline-demo';

/**
 * The development issuer is this very process, so asking it costs nothing, and its keys are rotated
 * by a button: whoever presses it should not have to wait.
 */
export const DEVELOPMENT_JWKS_COOLDOWN_MS = 1000;

const MEBIBYTE = 1024 * 1024;

export const defaultOptions: Omit<ServerOptions, 'log'> = {
  // The development issuer hands tokens to anybody who can reach it, so only this machine can,
  // unless told otherwise.
  host: '127.0.0.1',
  port: 5000,
  environment: 'development',
  identity: { kind: 'development', tokenTtlSec: 15 * 60 },
  tenantClaim: 'org_id',
  requiredScopes: [],
  jwks: {},
  allowedOrigins: ['self'],
  trustProxy: 0,
  page: { kind: 'none' },
  networkPanel: true,
  fleet: null,
  feed: { eventsPerSecond: 2, seed: 1 },
  sendConnected: true,
  answerPings: true,
  // A link that has gone dead is noticed within 15 s on average: half of this, and the 10 s that an
  // answer may take.
  heartbeatMs: 8000,
  // Answered by the browser itself even while the page's timers sleep; two missed make a dead peer
  // gone within 45 s.
  livenessMs: 15_000,
  limits: {},
  imports: {
    fileBytesMax: 10 * MEBIBYTE,
    rowsMax: 50_000,
    columnsMax: 200,
    rowCharactersMax: 64 * 1024,
    // Each row may have forty columns.
    cellsMax: 2_000_000,
    uploadBytesPerTenant: 32 * MEBIBYTE,
    uploadBytesMax: 128 * MEBIBYTE,
    uploadBytesPerSecMin: 8 * 1024,
    uploadWindowMs: 5000,
    readersMax: 2,
    readMs: 20_000,
    readerHeapMebibytes: 256,
    readerIdleMs: 10_000,
    perTenantMax: 4,
    concurrentMax: 16,
    errorsTold: 500,
    progressIntervalMs: 250,
    rowsPerSecond: 2000,
    contactsPerTenantMax: 200_000,
    keptPerUser: 10,
    keptMax: 200,
    refusedBytesMax: 512 * 1024,
    refusedBytesInAll: 16 * MEBIBYTE,
  },
  importCountry: undefined,
  restartHint: { retryAfterMs: 500, spreadMs: 5000 },
  readyMs: 0,
  metricsKeys: [],
};
