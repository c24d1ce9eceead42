// Puts the core's figures into the shape that the application sees.
//
// Names come from the core's own table ("quality.rttMs"), one number a row.
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

export function readMetrics(text: string): Metrics {
  const metrics: Tree = {};
  for (const [name, value] of Object.entries(JSON.parse(text) as Tree)) {
    const [group = '', member] = name.split('.');
    if (member === undefined) {
      metrics[group] = value;
    } else {
      metrics[group] ??= {};
      (metrics[group] as Tree)[member] = value;
    }
  }
  return metrics as unknown as Metrics;
}
