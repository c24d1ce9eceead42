// The status a person is shown, kept current by one timer.
import { type RefObject, useEffect, useState } from 'react';
import { loadingStatus } from '../../client/own-statuses.js';
import { useLinkStatus } from '../hooks.js';
import type { Link } from '../link.js';
import { beginSteadyStatus, observeStatus, type SteadyStatus } from './steady-status.js';
import { startTimer } from './surroundings.js';

/** `shownAt`: an element of the window that keeps the time. */
export function useSteadyStatus(link: Link, shownAt: RefObject<Element | null>): SteadyStatus {
  // Only for the first rendering, which has to be the server's where there was one.
  const first = useLinkStatus(link);
  const [steady, setSteady] = useState(() => beginSteadyStatus(first, performance.now()));

  useEffect(() => {
    const observe = () => {
      const now = performance.now();
      const status = link.connection()?.status() ?? loadingStatus;
      setSteady((before) =>
        before.observed === status ? before : observeStatus(before, status, now),
      );
    };
    return link.attach((connection) => {
      const unsubscribe = connection.onStatus(observe);
      observe();
      // A connection that goes away leaves its status with it.
      return () => {
        unsubscribe();
        observe();
      };
    });
  }, [link]);

  useEffect(() => {
    if (steady.dueAt === null) return undefined;
    const observe = () => {
      const now = performance.now();
      setSteady((before) => observeStatus(before, before.observed, now));
    };
    const waitMs = Math.max(0, steady.dueAt - performance.now());
    return startTimer(shownAt.current, waitMs, observe);
  }, [steady, shownAt]);

  return steady;
}
