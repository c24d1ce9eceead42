// A page whose client hands events to a function that counts them.
import { start } from 'bench-client';
import { readPlan, say, sayFailures, watchTasks, watchWasm } from './report.js';

sayFailures();
const wasmBytes = watchWasm();
const { url, types, expected, lastSeq } = readPlan();

let longestTask: (() => number) | null = null;
let seen = 0;

function finish(): void {
  const finishedAt = Date.now();
  // In a task of its own: the one that brought the last event has to end to be counted.
  setTimeout(() => {
    const longestTaskMs = longestTask?.() ?? 0;
    say('done', { finishedAt, renders: 0, longestTaskMs, wasmBytes: wasmBytes() });
  });
}

start(url, types, (type, { seq }) => {
  if (!longestTask) {
    // What the server greets with besides: the one event that follows is what every page waits for.
    if (type === 'connected') return;
    longestTask = watchTasks();
    say('ready', { usableMs: performance.now() });
    return;
  }
  seen += 1;
  if (seen < expected) return;
  // An event that was lost, or came twice, shows here: the figures would be another client's.
  if (seen === expected && seq === lastSeq) finish();
  else say('failed', { message: `event ${seen} of ${expected} had seq ${seq}, not ${lastSeq}` });
});
