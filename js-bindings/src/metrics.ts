// Puts the core's figures into the shape that the application sees.
//
// Names come from the core's own table ("quality.rttMs"), one number a row; NaN is "not seen yet".
import { errorTexts } from './generated/errors.js';
import type { NativeConnection } from './native.js';
import type { Metrics } from './types.js';

/** What there is to say before the module is there. */
export const noMetrics: Metrics = {
  quality: {
    rttMs: null,
    rttP50Ms: null,
    rttP95Ms: null,
    jitterMs: null,
    loss: null,
    grade: 'unknown',
  },
  queued: { messages: 0, bytes: 0 },
  sent: 0,
  frames: 0,
  received: {},
  delivered: 0,
  dropped: 0,
  malformed: 0,
  invalid: 0,
  dials: 0,
  unconfirmed: 0,
  lastMessageAt: null,
  sleptMs: 0,
  uptimeMs: 0,
  timeToUsableMs: null,
  retries: {},
};

type Tree = { [name: string]: unknown };

export function readMetrics(native: NativeConnection): Metrics {
  const metrics = structuredClone(noMetrics) as unknown as Tree;
  for (let row = 0; row < native.metricCount(); row += 1) {
    const path = native.metricName(row).split('.');
    const leaf = path.pop() ?? '';
    let group = metrics;
    for (const name of path) group = group[name] as Tree;
    const value = native.metric(row);
    group[leaf] = Number.isNaN(value) ? null : value;
  }
  (metrics['quality'] as Tree)['grade'] = native.grade();
  metrics['received'] = Object.fromEntries(receivedByType(native));
  metrics['retries'] = Object.fromEntries(
    Object.keys(errorTexts)
      .map((kind, index) => [kind, native.retries(index)] as const)
      .filter(([, count]) => count > 0),
  );
  return metrics as unknown as Metrics;
}

function* receivedByType(native: NativeConnection): Generator<[string, number]> {
  for (let type = 1; type <= native.typeCount(); type += 1) {
    yield [native.typeName(type), native.received(type)];
  }
}
