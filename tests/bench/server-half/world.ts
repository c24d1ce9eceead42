import type { Cores } from './processes.js';
import type { ServerScale } from './scale.js';

/** What every measurement of the server half is given. */
export interface World {
  readonly cores: Cores;
  readonly scale: ServerScale;
  /** As many as the scale says, or as there are descriptors for. */
  readonly sockets: number;
  readonly progress: (line: string) => void;
}
