// `keepline/server/prometheus`: what the server counts, for Prometheus, by the library `prom-client`.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Labels, Metrics } from '../types.js';

/** A cached key verifies in a millisecond; a question to the issuer takes up to seconds. */
const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** What each name says to whoever reads the scrape; one that is not here is its own help. */
const helps: Readonly<Record<string, string>> = {
  upgrades_total: 'Dials by how they ended.',
  closes_total: 'Links closed, by close code.',
  messages_received_total: 'Messages received, by type.',
  messages_sent_total: 'Messages sent, by type.',
  events_published_total: 'Events published.',
  control_requests_total: 'Requests of back ends, by route and status.',
  resumes_total: 'Links that said where they stand, by what they were told.',
  gaps_total: 'Gaps that links were told of, by the reason.',
  events_replayed_total: 'Events sent to links that caught up.',
  answers_total: 'Messages of clients, by what became of them.',
  answers_kept_bytes: 'Bytes of the answers that are kept for whoever asks again.',
  slow_readers_total: 'Times that a link did not read, and stopped being live.',
  slow_readers_cut_total: 'Links cut as too slow.',
  slow_reader_bytes_cut_total: 'Bytes that waited for a slow reader when it was cut.',
  verification_seconds: 'Time to judge a token, by the verdict.',
  sockets_open: 'Links whose token was verified.',
  sockets_held: 'All links, those that are being verified or closed included.',
  cluster_messages_total: 'Messages between nodes, by direction.',
  nodes_known: 'Other nodes of the same log.',
  sockets_waiting: 'Links that wait for somebody else to judge their token.',
};

/**
 * Metrics for `createRealtime`, in `registry`, with the prefix `keepline_`. Label names are those of the
 * first value, so that each name is used with the same ones always.
 */
export function prometheusMetrics(registry: Registry, prefix = 'keepline_'): Metrics {
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const common = (name: string, labels: Labels) => ({
    name: `${prefix}${name}`,
    help: helps[name] ?? name,
    labelNames: Object.keys(labels),
    registers: [registry],
  });
  return {
    count(name, labels = {}, by = 1) {
      let counter = counters.get(name);
      if (!counter) {
        counter = new Counter(common(name, labels));
        counters.set(name, counter);
      }
      counter.inc(labels, by);
    },
    observe(name, value, labels = {}) {
      let histogram = histograms.get(name);
      if (!histogram) {
        histogram = new Histogram({ ...common(name, labels), buckets: secondsBuckets });
        histograms.set(name, histogram);
      }
      histogram.observe(labels, value);
    },
    gauge(name, read) {
      new Gauge({
        ...common(name, {}),
        collect() {
          this.set(read());
        },
      });
    },
  };
}
