// A page whose client hands events to a function that counts them.
import { start } from 'bench-client';
import { endMark } from '../wire-names.js';
import { readPlan, say, sayFailures, watchWasm } from './report.js';

sayFailures();
const wasmBytes = watchWasm();
const { url, types, expected, lastSeq } = readPlan();

let ready = false;
let seen = 0;

function finish(): void {
  const finishedAt = Date.now();
  performance.mark(endMark);
  // In a task of its own: the one that brought the last event has to end to be counted.
  setTimeout(() => {
    say('done', { finishedAt, renders: 0, wasmBytes: wasmBytes() });
  });
}

start(url, types, (type, { seq }) => {
  if (!ready) {
    // What the server greets with besides: the one event that follows is what every page waits for.
    if (type === 'connected') return;
    ready = true;
    say('ready', { usableMs: performance.now() });
    return;
  }
  seen += 1;
  if (seen < expected) return;
  // An event that was lost, or came twice, shows here: the figures would be another client's.
  if (seen === expected && seq === lastSeq) finish();
  else say('failed', { message: `event ${seen} of ${expected} had seq ${seq}, not ${lastSeq}` });
});
