/** Feeds the desk from the connection, at most one render a frame however many events arrive. */
import type { RealtimeEvent } from 'keepline';
import { useEvent } from 'keepline/react';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { applyEvent, type Desk, emptyDesk } from './desk-state.js';
import { type CatalogueEvent, isCatalogueEvent } from './summaries.js';

/** A hidden page paints no frames; beyond this the events are applied without waiting for one. */
const PENDING_MAX = 500;

export function useDesk(): Desk {
  const [desk, apply] = useReducer(applyEvents, emptyDesk);
  const pending = useRef<CatalogueEvent[]>([]);
  const frame = useRef<number | null>(null);

  const flush = useCallback(() => {
    if (frame.current !== null) cancelAnimationFrame(frame.current);
    frame.current = null;
    const events = pending.current;
    pending.current = [];
    if (events.length > 0) apply(events);
  }, []);

  useEvent('*', (event: RealtimeEvent) => {
    if (!isCatalogueEvent(event)) return;
    pending.current.push(event);
    if (pending.current.length >= PENDING_MAX) flush();
    else frame.current ??= requestAnimationFrame(flush);
  });
  useEffect(() => flush, [flush]);
  return desk;
}

function applyEvents(desk: Desk, events: readonly CatalogueEvent[]): Desk {
  return events.reduce(applyEvent, desk);
}
