// A page with one component that shows the newest event, and counts how often it rendered.
import { View } from 'bench-view';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import type { BenchEvent } from '../contract.js';
import { endMark } from '../wire-names.js';
import { readPlan, say, sayFailures, watchWasm } from './report.js';

sayFailures();
const wasmBytes = watchWasm();
const { url, types, lastSeq } = readPlan();

let ready = false;
let renders = 0;

function noteShown(seq: number): void {
  if (!ready) {
    ready = true;
    renders = 0;
    say('ready', { usableMs: performance.now() });
    return;
  }
  if (seq !== lastSeq) return;
  const finishedAt = Date.now();
  performance.mark(endMark);
  setTimeout(() => {
    say('done', { finishedAt, renders, wasmBytes: wasmBytes() });
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
