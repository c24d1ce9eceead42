// A page that only writes down when its client was heard of: once a link, by the server's greeting.
import { start } from 'bench-client';
import { markedType } from '../events.js';
import { readPlan, sayFailures } from './report.js';

declare global {
  interface Window {
    /** By the machine's clock. */
    heardAt: number[];
  }
}

sayFailures();
window.heardAt = [];
start(readPlan().url, [markedType], () => window.heardAt.push(Date.now()));
