/**
 * Which faults are on, as far as this page caused them, and how it causes them. Faults end by
 * themselves, by a second press, or all at once.
 */
import { useEffect, useRef, useState } from 'react';
import { postJson, ServerError } from '../http.js';
import type { Deed, Step, Toggle } from './faults.js';

export interface Faults {
  readonly isOn: (name: string) => boolean;
  readonly latencyMs: number;
  /** What the last press did, or why it did not; empty where that is long ago. */
  readonly said: string;
  readonly press: (fault: Deed | Toggle) => void;
  readonly delay: (ms: number) => void;
  /** Ends every fault; then `mended` is called. */
  readonly mend: (mended: () => void) => void;
  readonly say: (words: string) => void;
}

const NONE: ReadonlySet<string> = new Set();
/** What was said is true for so long, and read by then. */
const SAID_MS = 10_000;
/** No fault is called so. */
const SAID = 'said';

export function useFaults(userId: string): Faults {
  const [on, setOn] = useState(NONE);
  const [latencyMs, setLatency] = useState(0);
  const [said, setSaid] = useState('');
  const endLater = useEndings();

  /** A state is said for as long as it lasts, and what happened until it is old news. */
  const say = (words: string, lasts = false) => {
    setSaid(words);
    endLater(SAID, lasts ? null : SAID_MS, () => setSaid(''));
  };
  const run = async (steps: readonly Step[], done: () => void, failed = () => {}) => {
    try {
      for (const { path, body } of steps) await postJson(path, { user: userId, ...body });
      done();
    } catch (error) {
      failed();
      say(explain(error));
    }
  };
  // A choice shows at once, and goes back where it was not heeded.
  const delay = (ms: number) => {
    setLatency(ms);
    const words = ms === 0 ? 'Frames pass at once.' : `Every frame takes ${ms} ms longer each way.`;
    const steps = [{ path: '/dev/network/latency', body: { ms } }];
    void run(
      steps,
      () => say(words, ms > 0),
      () => setLatency(latencyMs),
    );
  };
  const end = ({ name, saidOff }: Toggle) => {
    endLater(name, null);
    setOn((names) => without(names, name));
    say(saidOff);
  };
  const begin = (fault: Toggle) => {
    const { name, saidOn, lastsMs } = fault;
    setOn((names) => new Set([...names, name]));
    say(saidOn, true);
    if (lastsMs !== undefined) endLater(name, lastsMs, () => end(fault));
  };
  const toggle = (fault: Toggle) =>
    on.has(fault.name) ? run(fault.off, () => end(fault)) : run(fault.on, () => begin(fault));
  return {
    isOn: (name) => on.has(name),
    latencyMs,
    said,
    say,
    press: (fault) =>
      void (fault.kind === 'toggle' ? toggle(fault) : run(fault.steps, () => say(fault.said))),
    delay,
    mend: (mended) =>
      void run([{ path: '/dev/network/heal' }], () => {
        for (const name of on) endLater(name, null);
        setOn(NONE);
        setLatency(0);
        mended();
      }),
  };
}

/** One timer a name, and none for null; none outlives the panel. */
function useEndings(): (name: string, ms: number | null, end?: () => void) => void {
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running.values()) clearTimeout(timer);
      running.clear();
    };
  }, []);
  return (name, ms, end) => {
    clearTimeout(timers.current.get(name));
    timers.current.delete(name);
    if (ms !== null && end) timers.current.set(name, setTimeout(end, ms));
  };
}

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...names].filter((other) => other !== name));
}

function explain(error: unknown): string {
  if (error instanceof ServerError && error.status !== 404) return error.message;
  return 'The server did not do it: it is away, or the panel is switched off.';
}
