// The status a person is shown, kept current by one timer.
import { useEffect, useState } from 'react';
import type { Status } from '../../client/types.js';
import { beginSteadyStatus, observeStatus, type SteadyStatus } from './steady-status.js';

export function useSteadyStatus(status: Status): SteadyStatus {
  const [steady, setSteady] = useState(() => beginSteadyStatus(status, performance.now()));

  useEffect(() => {
    const now = performance.now();
    setSteady((before) =>
      before.observed === status ? before : observeStatus(before, status, now),
    );
  }, [status]);

  useEffect(() => {
    if (steady.dueAt === null) return undefined;
    const observe = () => {
      const now = performance.now();
      setSteady((before) => observeStatus(before, before.observed, now));
    };
    const timer = setTimeout(observe, Math.max(0, steady.dueAt - performance.now()));
    return () => clearTimeout(timer);
  }, [steady]);

  return steady;
}
