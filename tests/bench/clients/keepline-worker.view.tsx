// Keepline's React layer over a worker: the newest event of any type.
import { RealtimeProvider, useLatestEvent } from 'keepline/react';
import type { ViewProps } from '../contract.js';

function Latest({ Show }: Pick<ViewProps, 'Show'>) {
  return <Show event={useLatestEvent('*')} />;
}

export function View({ url, Show }: ViewProps) {
  return (
    <RealtimeProvider options={{ url, host: 'worker' }}>
      <Latest Show={Show} />
    </RealtimeProvider>
  );
}
