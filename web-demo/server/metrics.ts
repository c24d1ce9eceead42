/**
 * What the server counts, for Prometheus: a registry for each instance, so that two in one process
 * do not add up. The real-time half counts by itself; what the demo adds is here.
 */
import type { Metrics } from 'keepline/server';
import { prometheusMetrics } from 'keepline/server/prometheus';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ImportState } from './imports/import-run.js';

export class ServerMetrics {
  readonly #registry = new Registry();
  readonly realtime: Metrics = prometheusMetrics(this.#registry);
  readonly #imports = this.#counter('imports_total', 'Contact imports ended.');
  readonly #rows = this.#counter('import_rows_total', 'Rows of contact imports.');

  constructor(importsHeld: () => number) {
    collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: 'keepline_imports_held',
      help: 'Imports received or worked on now.',
      registers: [this.#registry],
      collect() {
        this.set(importsHeld());
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }

  countImport({ state, succeeded, failed }: ImportState): void {
    this.#imports.inc({ outcome: state });
    this.#rows.inc({ outcome: 'succeeded' }, succeeded);
    this.#rows.inc({ outcome: 'failed' }, failed);
  }

  #counter(name: string, help: string): Counter {
    return new Counter({
      name: `keepline_${name}`,
      help,
      labelNames: ['outcome'],
      registers: [this.#registry],
    });
  }
}
