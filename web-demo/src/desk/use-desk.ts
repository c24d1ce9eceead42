/**
 * The desk as the server has it. What the boards show is a live query: asked for once, changed by the events
 * that follow, and asked for again only where some are missing. Imports and the log are made of what is heard.
 */
import { useEvent, useLiveQuery } from 'keepline/react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { applyToBoards, type Boards, doubtBoards, emptyBoards } from '../../boards/boards.js';
import type { GetToken } from '../http.js';
import type { HeardDesk } from './desk-state.js';
import { DeskStore } from './desk-store.js';
import { fetchBoards } from './snapshot.js';
import { isCatalogueEvent } from './summaries.js';

export interface DeskHandle {
  readonly boards: Boards;
  readonly heard: HeardDesk;
  readonly change: DeskStore['change'];
}

export function useDesk(getToken: GetToken): DeskHandle {
  const [store] = useState(() => new DeskStore());
  useEvent('*', (event) => {
    // A server may know more types than this page.
    if (isCatalogueEvent(event)) store.push(event);
  });
  const heard = useSyncExternalStore(store.subscribe, store.get);
  return { boards: useBoards(getToken), heard, change: store.change };
}

/** As the indicator does, the desk makes nothing of a cut that is over at once. */
const DOUBT_AFTER_MS = 1500;
/** A burst that comes while the server is asked: of more it is asked again. */
const BUFFERED_MAX = 20_000;

function useBoards(getToken: GetToken): Boards {
  const { data = emptyBoards, state } = useLiveQuery({
    key: 'desk',
    events: '*',
    fetch: ({ signal }) => fetchBoards({ getToken, signal }),
    apply: (boards: Boards, event) =>
      isCatalogueEvent(event) ? applyToBoards(boards, event) : boards,
    maxBuffered: BUFFERED_MAX,
  });
  return useLasting(state !== 'live', DOUBT_AFTER_MS) ? doubtBoards(data) : data;
}

/** Whether something has been so for a while. */
function useLasting(isSo: boolean, ms: number): boolean {
  const [hasLasted, setHasLasted] = useState(false);
  useEffect(() => {
    if (!isSo) return;
    const timer = setTimeout(() => setHasLasted(true), ms);
    return () => {
      clearTimeout(timer);
      setHasLasted(false);
    };
  }, [isSo, ms]);
  return isSo && hasLasted;
}
