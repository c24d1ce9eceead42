// A page with one component that shows the newest event, and counts how often it rendered.
import { View } from 'bench-view';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import type { BenchEvent } from '../contract.js';
import { readPlan, say, sayFailures, watchTasks, watchWasm } from './report.js';

sayFailures();
const wasmBytes = watchWasm();
const { url, types, lastSeq } = readPlan();

let longestTask: (() => number) | null = null;
let renders = 0;

function noteShown(seq: number): void {
  if (!longestTask) {
    longestTask = watchTasks();
    renders = 0;
    say('ready', { usableMs: performance.now() });
    return;
  }
  if (seq !== lastSeq) return;
  const finishedAt = Date.now();
  setTimeout(() => {
    const longestTaskMs = longestTask?.() ?? 0;
    say('done', { finishedAt, renders, longestTaskMs, wasmBytes: wasmBytes() });
  });
}

function Show({ event }: { readonly event: BenchEvent | null }) {
  renders += 1;
  const seq = event?.seq ?? 0;
  useEffect(() => {
    if (seq > 0) noteShown(seq);
  }, [seq]);
  return (
    <output>
      {seq} {event?.ts}
    </output>
  );
}

const root = document.createElement('main');
document.body.append(root);
createRoot(root).render(<View url={url} types={types} Show={Show} />);
