// What there is to say before the module is there.
import { noMetrics } from '../engine/figures.js';
import type { Diagnostics } from './types.js';
import { version } from './version.js';

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
