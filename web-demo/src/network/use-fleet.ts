/** Which nodes there are, and who is where: asked for again and again, since they come and go by themselves. */
import { useEffect, useState } from 'react';
import type { FleetView } from '../../server/fleet/view.js';
import { getJson } from '../http.js';
import { pause } from '../pause.js';

/** A node is away for seconds: that is to be seen. */
const LOOK_MS = 500;

/** Null until the server has said. Nobody is asked while nobody looks. */
export function useFleet(userId: string): FleetView | null {
  const [fleet, setFleet] = useState<FleetView | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    void look(userId, gone.signal, setFleet);
    return () => gone.abort();
  }, [userId]);
  return fleet;
}

async function look(
  userId: string,
  gone: AbortSignal,
  show: (fleet: FleetView) => void,
): Promise<void> {
  const path = `/dev/fleet?user=${encodeURIComponent(userId)}`;
  for (; !gone.aborted; await pause(LOOK_MS, gone)) {
    if (document.hidden) continue;
    const told = await getJson(path, gone).catch(() => null);
    // Of the server that this page comes from.
    if (told !== null && !gone.aborted) show(told as FleetView);
  }
}
