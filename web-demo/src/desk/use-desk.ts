/**
 * Feeds the desk from the connection, at most one render a frame however many events arrive, and asks
 * the server how it stands where events cannot say: when the page has come, and after every gap.
 */
import { useEvent, useReconnected, useWebSocket } from 'keepline/react';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type GetToken, ServerError } from '../http.js';
import { pause } from '../pause.js';
import type { Desk } from './desk-state.js';
import { DeskStore } from './desk-store.js';
import { fetchBoards } from './snapshot.js';
import { isCatalogueEvent } from './summaries.js';

export interface DeskHandle {
  readonly desk: Desk;
  readonly change: DeskStore['change'];
}

export function useDesk(getToken: GetToken): DeskHandle {
  const [store] = useState(() => new DeskStore());
  useEvent('*', (event) => {
    // A server may know more types than this page.
    if (isCatalogueEvent(event)) store.push(event);
  });
  useCatchingUp(store, getToken);
  return { desk: useSyncExternalStore(store.subscribe, store.get), change: store.change };
}

/** As the indicator does, the desk makes nothing of a cut that is over at once. */
const DOUBT_AFTER_MS = 1500;

function useCatchingUp(store: DeskStore, getToken: GetToken): void {
  const { isConnected } = useWebSocket();
  const asking = useRef<AbortController | null>(null);
  const ask = useCallback(() => {
    asking.current?.abort();
    asking.current = new AbortController();
    void catchUp(store, getToken, asking.current.signal);
  }, [store, getToken]);
  useReconnected(ask);
  useEffect(() => {
    if (isConnected) return;
    const timer = setTimeout(store.doubt, DOUBT_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isConnected, store]);
  useEffect(() => {
    if (isConnected && asking.current === null) ask();
  }, [isConnected, ask]);
  useEffect(
    () => () => {
      asking.current?.abort();
      asking.current = null;
    },
    [],
  );
}

/** A server that is only just back may need a moment; the next gap asks again in any case. */
const WAITS_MS = [1000, 2000, 4000, 8000] as const;

async function catchUp(store: DeskStore, getToken: GetToken, signal: AbortSignal): Promise<void> {
  store.beginCatchUp();
  for (const waitMs of [...WAITS_MS, null]) {
    try {
      const boards = await fetchBoards({ getToken, signal });
      if (!signal.aborted) store.endCatchUp(boards);
      return;
    } catch (error) {
      if (signal.aborted) return;
      // A server without this address: what is in doubt stays so.
      const isFinal = error instanceof ServerError && error.status < 500;
      if (isFinal || waitMs === null) break;
      await pause(waitMs, signal);
    }
  }
  if (!signal.aborted) store.endCatchUp(null);
}
