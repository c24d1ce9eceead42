// What a provider hands down: the connection that is there now, and a way to stay attached to
// whichever is.
//
// A provider makes its connection in an effect, after its children have rendered, and may replace
// it. Hooks attach to the link instead, so none of them cares when. It knows no React.
import { createStore } from '../client/store.js';
import type { Connection, Unsubscribe } from '../client/types.js';

/** What a provider takes and hands down. */
export type LinkedConnection = Connection;

/** Sets something up on a connection; what it returns undoes that. */
export type Attachment = (connection: LinkedConnection) => Unsubscribe;

export interface Link {
  /** Null while rendering for the first time, on a server, and after the provider has gone. */
  readonly connection: () => LinkedConnection | null;
  readonly set: (connection: LinkedConnection | null) => void;
  /** Runs `attachment` on the connection as soon as there is one, and again on each replacement. */
  readonly attach: (attachment: Attachment) => Unsubscribe;
}

export function createLink(initial: LinkedConnection | null = null): Link {
  const store = createStore(initial);
  return {
    connection: store.get,
    set: store.set,
    attach: (attachment) => {
      const attachTo = (connection: LinkedConnection | null) =>
        connection ? attachment(connection) : () => {};
      let detach = attachTo(store.get());
      const unsubscribe = store.subscribe((connection) => {
        detach();
        detach = attachTo(connection);
      });
      return () => {
        unsubscribe();
        detach();
        detach = () => {};
      };
    },
  };
}
