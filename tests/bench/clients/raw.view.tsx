// What people write where there is no hook: the newest event in state, set by the handler. Stands for
// every client without a React layer.
import { start } from 'bench-client';
import { useEffect, useState } from 'react';
import type { BenchEvent, ViewProps } from '../contract.js';

export function View({ url, types, Show }: ViewProps) {
  const [event, setEvent] = useState<BenchEvent | null>(null);
  useEffect(() => start(url, types, (_, newest) => setEvent(newest)), [url, types]);
  return <Show event={event} />;
}
