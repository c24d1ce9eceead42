/** Feeds the desk from the connection, at most one render a frame however many events arrive. */
import { useEvent, useReconnected } from 'keepline/react';
import { useState, useSyncExternalStore } from 'react';
import { type Desk, doubt } from './desk-state.js';
import { DeskStore } from './desk-store.js';
import { isCatalogueEvent } from './summaries.js';

export interface DeskHandle {
  readonly desk: Desk;
  readonly change: DeskStore['change'];
}

export function useDesk(): DeskHandle {
  const [store] = useState(() => new DeskStore());
  useEvent('*', (event) => {
    // A server may know more types than this page.
    if (isCatalogueEvent(event)) store.push(event);
  });
  useReconnected(() => store.change(doubt));
  return { desk: useSyncExternalStore(store.subscribe, store.get), change: store.change };
}
