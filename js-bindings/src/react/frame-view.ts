// Events as something to render, at the pace of the screen and not of the wire: what came is shown with
// the next frame that a person can see.
//
// Knows how events become visible, and not what is made of them.
import type { EventOf, EventPattern, Unsubscribe } from '../client/types.js';
import type { Link, LinkedConnection } from './link.js';
import type { RegisteredEvents } from './register.js';
import { onNextFrame } from './screen-frames.js';

export interface FrameView<Value> {
  readonly get: () => Value;
  readonly subscribe: (onChange: () => void) => Unsubscribe;
}

export interface FrameViewSetup<Event, Value> {
  readonly initial: Value;
  /** More events than this between two frames: only the last of them count. */
  readonly keep: number;
  /** What is shown next, from what is shown now and what came since, in order. */
  readonly fold: (shown: Value, came: readonly Event[]) => Value;
}

export function createFrameView<Pattern extends EventPattern<RegisteredEvents>, Value>(
  link: Link,
  type: Pattern,
  { initial, keep, fold }: FrameViewSetup<EventOf<RegisteredEvents, Pattern>, Value>,
): FrameView<Value> {
  // What is shown stays that of the last frame until the next: an unrelated render in between must
  // not tear.
  let shown = initial;
  let came: EventOf<RegisteredEvents, Pattern>[] = [];
  let subscribed = false;
  let source: LinkedConnection | null = null;

  const note = (event: EventOf<RegisteredEvents, Pattern>) => {
    came.push(event);
    if (came.length >= 2 * keep) came = came.slice(-keep);
  };

  return {
    get: () => shown,
    subscribe: (onChange) => {
      let cancelFrame: Unsubscribe | null = null;
      const show = () => {
        cancelFrame = null;
        // Taken before they are folded: what cannot be folded must not come again with each frame.
        const taken = came.slice(-keep);
        came = [];
        shown = fold(shown, taken);
        onChange();
      };
      const forget = () => {
        came = [];
        cancelFrame?.();
        cancelFrame = null;
        shown = initial;
        onChange();
      };
      const detach = link.attach((connection) => {
        // Another connection may be another server's, or another user's.
        if (source && source !== connection) forget();
        source = connection;
        const unsubscribe = connection.subscribe(type, (event) => {
          note(event);
          cancelFrame ??= onNextFrame(show);
        });
        const stopForgetting = connection.onIdentityChanged(forget);
        return () => {
          unsubscribe();
          stopForgetting();
        };
      });
      subscribed = true;
      if (came.length > 0) cancelFrame = onNextFrame(show);
      return () => {
        detach();
        cancelFrame?.();
        subscribed = false;
        // StrictMode comes back at once, and for the events that waited. Whoever comes back later may
        // have missed that another user signed in.
        queueMicrotask(() => {
          if (subscribed) return;
          came = [];
          shown = initial;
        });
      };
    },
  };
}
