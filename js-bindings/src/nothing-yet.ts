// What there is to say before the module is there.
import type { Diagnostics, Metrics } from './types.js';
import { version } from './version.js';

/** Figures cross in this order. */
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
  backlog: { events: 0, coalesced: 0, lost: 0 },
};

/** All but the status, which there always is. */
export const noDiagnostics: Omit<Diagnostics, 'status'> = {
  version,
  userAgent: '',
  takenAt: 0,
  options: {},
  metrics: noMetrics,
  host: { asked: 'page', runsIn: null, why: '' },
  transitions: [],
  malformed: [],
  invalid: [],
};
