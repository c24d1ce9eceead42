// The troubles of a network that clients have to come back from. Knows no client.
import type { FaultProxy } from '../browser/faults/fault-proxy.js';

export interface Trouble {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  /** How long a client is waited for, once it could be back. */
  readonly capSec: number;
  /** Brings it about, and resolves with the moment from which a client could be back. */
  readonly happen: (proxy: FaultProxy) => Promise<number>;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export const troubles: readonly Trouble[] = [
  {
    name: 'killed',
    title: 'Server killed, and back after 3 s',
    capSec: 30,
    happen: async (proxy) => {
      await proxy.die();
      await pause(3000);
      await proxy.comeBack();
      return Date.now();
    },
  },
  {
    name: 'half-open',
    title: 'Link that carries nothing any more, and is never closed',
    capSec: 120,
    happen: async (proxy) => {
      proxy.linksWill('stall');
      return Date.now();
    },
  },
  {
    name: 'unanswered',
    title: 'Link lost, then 20 s in which new connections are accepted and never answered',
    capSec: 60,
    happen: async (proxy) => {
      proxy.dialsWill('never answer');
      proxy.cutLinks();
      await pause(20_000);
      proxy.dialsWill('pass');
      return Date.now();
    },
  },
];
