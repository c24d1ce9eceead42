// What a provider hands down: the connection that is there now, or why there is none, and ways to stay
// attached to whichever is.
//
// A provider makes its connection in an effect, after its children have rendered, and may replace
// it. Hooks attach to the link instead, so none of them cares when. It knows no React.
import { loadingStatus } from '../client/own-statuses.js';
import { createStore } from '../client/store.js';
import type { Connection, Status, Unsubscribe } from '../client/types.js';
import { guarded } from '../engine/guarded.js';

/** What a provider takes and hands down. */
export type LinkedConnection = Connection;

/** Sets something up on a connection; what it returns undoes that. */
export type Attachment = (connection: LinkedConnection) => Unsubscribe;

export interface Link {
  /** Null while rendering for the first time, on a server, and where the provider has none. */
  readonly connection: () => LinkedConnection | null;
  /** The connection's own; where there is none, why. */
  readonly status: () => Status;
  /** What a server renders, and the first render that takes it over. */
  readonly firstStatus: Status;
  /** Calls when there is another connection, or another reason for having none. */
  readonly subscribe: (onChange: () => void) => Unsubscribe;
  /** `absent` is the status where there is no connection. */
  readonly put: (connection: LinkedConnection | null, absent?: Status) => void;
  /** The provider is not mounted at the moment; the next `put` ends that. */
  readonly rest: () => void;
  /**
   * Runs `attachment` on the connection as soon as there is one, and again on each replacement. What it
   * throws is reported.
   */
  readonly attach: (attachment: Attachment) => Unsubscribe;
  /** The same for what belongs to the provider: it is undone while that is not mounted. */
  readonly hold: (attachment: Attachment) => Unsubscribe;
  /**
   * Another number for another user or another connection: what came under a former one must not be
   * shown any more.
   */
  readonly era: () => number;
  /** What hooks keep here beyond their own time, under names of their own. */
  readonly kept: Map<string, object>;
}

interface LinkState {
  readonly connection: LinkedConnection | null;
  readonly absent: Status;
  readonly mounted: boolean;
}

export function createLink(
  initial: LinkedConnection | null = null,
  firstStatus: Status = loadingStatus,
): Link {
  const store = createStore<LinkState>({
    connection: initial,
    absent: firstStatus,
    mounted: false,
  });
  const change = (next: LinkState) => {
    const { connection, absent, mounted } = store.get();
    const same =
      next.connection === connection && next.absent === absent && next.mounted === mounted;
    if (!same) store.set(next);
  };

  const follow = (
    pick: (state: LinkState) => LinkedConnection | null,
    attachment: Attachment,
  ): Unsubscribe => {
    let attached: LinkedConnection | null = null;
    let detach: Unsubscribe = doNothing;
    const move = (state: LinkState) => {
      const next = pick(state);
      if (next === attached) return;
      attached = next;
      detach();
      detach = doNothing;
      if (!next) return;
      guarded(() => {
        detach = attachment(next);
      });
    };
    move(store.get());
    const unsubscribe = store.subscribe(move);
    return () => {
      unsubscribe();
      detach();
      detach = doNothing;
    };
  };

  const attach = (attachment: Attachment) => follow(({ connection }) => connection, attachment);
  const hold = (attachment: Attachment) =>
    follow(({ connection, mounted }) => (mounted ? connection : null), attachment);

  let era = 0;
  const beginEra = () => {
    era += 1;
  };
  /** Whom nobody listens to since a moment ago. */
  let left: LinkedConnection | null = null;
  // The first that is attached, and so the first that hears of it: whoever hears after it asks for the era.
  hold((connection) => {
    if (left !== connection) beginEra();
    left = null;
    const unsubscribe = connection.onIdentityChanged(beginEra);
    return () => {
      unsubscribe();
      if (store.get().connection !== connection) {
        beginEra();
        return;
      }
      // StrictMode comes back at once. Whoever comes back later may have missed that another user
      // signed in.
      left = connection;
      queueMicrotask(() => {
        if (left !== connection) return;
        left = null;
        beginEra();
      });
    };
  });

  return {
    connection: () => store.get().connection,
    status: () => store.get().connection?.status() ?? store.get().absent,
    firstStatus,
    subscribe: store.subscribe,
    put: (connection, absent = loadingStatus) => change({ connection, absent, mounted: true }),
    rest: () => change({ ...store.get(), mounted: false }),
    attach,
    hold,
    era: () => era,
    kept: new Map(),
  };
}

const doNothing = () => {};
