// Which build of itself the server has named last, on whatever link, and who is told where it names another.
import { createListeners } from './listeners.js';
import type { ServerVersion } from './types.js';

export class ServerBuilds {
  readonly changed = createListeners<ServerVersion>();
  #last: string | undefined;

  note(build: string): void {
    const previous = this.#last;
    this.#last = build;
    if (previous !== undefined && previous !== build) this.changed.emit({ build, previous });
  }
}
