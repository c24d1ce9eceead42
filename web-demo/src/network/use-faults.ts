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
  /** What the last press did, or why it did not. */
  readonly said: string;
  readonly press: (fault: Deed | Toggle) => void;
  readonly delay: (ms: number) => void;
  readonly mend: () => void;
}

const NONE: ReadonlySet<string> = new Set();

export function useFaults(userId: string): Faults {
  const [on, setOn] = useState(NONE);
  const [latencyMs, setLatency] = useState(0);
  const [said, setSaid] = useState('');
  const endLater = useEndings((name) => setOn((names) => without(names, name)));

  const run = async (steps: readonly Step[], done: () => void, failed = () => {}) => {
    try {
      for (const { path, body } of steps) await postJson(path, { user: userId, ...body });
      done();
    } catch (error) {
      failed();
      setSaid(explain(error));
    }
  };
  // A choice shows at once, and goes back where it was not heeded.
  const delay = (ms: number) => {
    setLatency(ms);
    const words = ms === 0 ? 'Frames pass at once.' : `Every frame takes ${ms} ms longer each way.`;
    const steps = [{ path: '/dev/network/latency', body: { ms } }];
    void run(
      steps,
      () => setSaid(words),
      () => setLatency(latencyMs),
    );
  };
  const toggle = (fault: Toggle) =>
    on.has(fault.name)
      ? run(fault.off, () => {
          setOn((names) => without(names, fault.name));
          setSaid(fault.saidOff);
        })
      : run(fault.on, () => {
          setOn((names) => new Set([...names, fault.name]));
          setSaid(fault.saidOn);
          if (fault.lastsMs !== undefined) endLater(fault.name, fault.lastsMs);
        });
  return {
    isOn: (name) => on.has(name),
    latencyMs,
    said,
    press: (fault) =>
      void (fault.kind === 'toggle' ? toggle(fault) : run(fault.steps, () => setSaid(fault.said))),
    delay,
    mend: () =>
      void run([{ path: '/dev/network/heal' }], () => {
        setOn(NONE);
        setLatency(0);
        setSaid('Everything is mended.');
      }),
  };
}

/** One timer a fault; none outlives the panel. */
function useEndings(end: (name: string) => void): (name: string, ms: number) => void {
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running.values()) clearTimeout(timer);
      running.clear();
    };
  }, []);
  return (name, ms) => {
    clearTimeout(timers.current.get(name));
    timers.current.set(
      name,
      setTimeout(() => end(name), ms),
    );
  };
}

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...names].filter((other) => other !== name));
}

function explain(error: unknown): string {
  if (error instanceof ServerError && error.status !== 404) return error.message;
  return 'The server did not do it: it is away, or the panel is switched off.';
}
