/**
 * What the server counts about itself, for Prometheus: a registry for each instance, so that two in
 * one process do not add up. Labels come from lists made here, never from what a stranger sends.
 */
import type { KeeplineEvents } from 'keepline/call-centre';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Verdict } from './auth.js';
import { CloseCode } from './close-codes.js';
import type { ImportState } from './imports/import-run.js';

export interface MetricsSources {
  readonly socketsOpen: () => number;
  readonly importsHeld: () => number;
}

/** How a dial ended: with a verified socket, or why not. */
export type UpgradeOutcome =
  | 'accepted'
  | 'not_found'
  | 'fault'
  | 'client_left'
  | keyof typeof CloseCode;

const CONTROL_TYPES = ['ping', 'pong', 'subscribe', 'auth', 'malformed'] as const;
const SENT_CONTROL_TYPES = ['pong', 'authed', 'going_away', 'error'] as const;
const EVENT_TYPES: Readonly<Record<keyof KeeplineEvents, true>> = {
  connected: true,
  new_call: true,
  call_update: true,
  new_recording: true,
  recording_update: true,
  parallel_call_started: true,
  parallel_call_status: true,
  parallel_call_connected: true,
  parallel_call_ended: true,
  'conference-ready': true,
  import_progress: true,
  import_complete: true,
  import_error: true,
};
const RECEIVED_TYPES: ReadonlySet<string> = new Set(CONTROL_TYPES);
const SENT_TYPES: ReadonlySet<string> = new Set([
  ...SENT_CONTROL_TYPES,
  ...Object.keys(EVENT_TYPES),
]);
/** Those that this server sends, and those that a browser or a network makes. */
const CLOSE_CODES: ReadonlySet<number> = new Set([
  1000,
  1001,
  1002,
  1003,
  1005,
  1006,
  1007,
  1009,
  1011,
  ...Object.values(CloseCode),
]);
const OTHER = 'other';

/** A cached key verifies in a millisecond; a question to the issuer takes up to seconds. */
const VERIFY_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #upgrades = this.#counter('upgrades_total', 'Dials by how they ended.', 'outcome');
  readonly #closes = this.#counter('closes_total', 'Sockets closed, by close code.', 'code');
  readonly #received = this.#counter('messages_received_total', 'Messages received.', 'type');
  readonly #sent = this.#counter('messages_sent_total', 'Messages sent.', 'type');
  readonly #fetches = this.#counter('jwks_fetches_total', 'Questions for the issuer’s keys.');
  readonly #imports = this.#counter('imports_total', 'Contact imports ended.', 'outcome');
  readonly #rows = this.#counter('import_rows_total', 'Rows of contact imports.', 'outcome');
  readonly #cut = this.#counter('slow_readers_cut_total', 'Sockets cut as too slow.');
  readonly #cutBytes = this.#counter(
    'slow_reader_bytes_cut_total',
    'Bytes that waited for a slow reader when it was cut.',
  );
  readonly #verification = new Histogram({
    name: 'keepline_verification_seconds',
    help: 'Time to judge a token, by the verdict.',
    labelNames: ['verdict'],
    buckets: VERIFY_SECONDS,
    registers: [this.#registry],
  });

  constructor(sources: MetricsSources) {
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('sockets_open', 'Verified sockets.', sources.socketsOpen);
    this.#gauge('imports_held', 'Imports received or worked on now.', sources.importsHeld);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }

  countUpgrade(outcome: UpgradeOutcome): void {
    this.#upgrades.inc({ outcome });
  }

  countClose(code: number): void {
    this.#closes.inc({ code: CLOSE_CODES.has(code) ? String(code) : OTHER });
  }

  countReceived(type: string): void {
    this.#received.inc({ type: RECEIVED_TYPES.has(type) ? type : OTHER });
  }

  countSent(type: string): void {
    this.#sent.inc({ type: SENT_TYPES.has(type) ? type : OTHER });
  }

  countKeysFetched(): void {
    this.#fetches.inc();
  }

  countCut(bufferedBytes: number): void {
    this.#cut.inc();
    this.#cutBytes.inc(bufferedBytes);
  }

  countImport({ state, succeeded, failed }: ImportState): void {
    this.#imports.inc({ outcome: state });
    this.#rows.inc({ outcome: 'succeeded' }, succeeded);
    this.#rows.inc({ outcome: 'failed' }, failed);
  }

  /** Times one judgement of a token. */
  async timeVerification(verify: () => Promise<Verdict>): Promise<Verdict> {
    const startedAtMs = performance.now();
    const verdict = await verify();
    const seconds = (performance.now() - startedAtMs) / 1000;
    this.#verification.observe({ verdict: verdict.kind }, seconds);
    return verdict;
  }

  #counter(name: string, help: string, label?: string): Counter {
    return new Counter({
      name: `keepline_${name}`,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [this.#registry],
    });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `keepline_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
