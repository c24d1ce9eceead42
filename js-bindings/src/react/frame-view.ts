// Events as something to render, at the pace of the screen and not of the wire: what came is shown with
// the next frame that a person can see.
//
// Knows how events become visible, and not what is made of them.
import { createListeners } from '../client/listeners.js';
import type { EventOf, EventPattern, Unsubscribe } from '../client/types.js';
import type { Attachment, Link } from './link.js';
import type { RegisteredEvents } from './register.js';
import { onNextFrame } from './screen-frames.js';

export interface FrameView<Value> {
  readonly get: () => Value;
  readonly subscribe: (onChange: () => void) => Unsubscribe;
  /** Ends what a lasting view hears, until somebody subscribes again. */
  readonly giveUp: () => void;
}

export interface FrameViewSetup<Event, Value> {
  readonly initial: Value;
  /** More events than this between two frames: only the last of them count. */
  readonly keep: () => number;
  /** What counts of the events between two frames, before they are cut to `keep`. */
  readonly condense?: (came: readonly Event[]) => readonly Event[];
  /** What is shown next, from what is shown now and what came since, in order. */
  readonly fold: (shown: Value, came: readonly Event[]) => Value;
  /** Goes on from the first subscriber for as long as the provider is mounted. */
  readonly lasting?: boolean;
}

/** So few events are always kept between two frames: cutting them costs more than keeping them. */
const burstMin = 64;

export function createFrameView<Pattern extends EventPattern<RegisteredEvents>, Value>(
  link: Link,
  type: Pattern,
  setup: FrameViewSetup<EventOf<RegisteredEvents, Pattern>, Value>,
): FrameView<Value> {
  type Event = EventOf<RegisteredEvents, Pattern>;
  const { initial, keep, condense = (events: readonly Event[]) => events, fold } = setup;
  let size = 0;
  const listeners = createListeners<void>((count) => {
    size = count;
  });
  // What is shown stays that of the last frame until the next: an unrelated render in between must
  // not tear.
  let shown = initial;
  let came: Event[] = [];
  let era = link.era();
  let cancelFrame: Unsubscribe | null = null;
  let detach: Unsubscribe | null = null;

  /** Another connection may be another server's, and another era another user's. */
  const forgetFormer = () => {
    if (era === link.era()) return;
    era = link.era();
    came = [];
    shown = initial;
    listeners.emit();
  };
  const note = (event: Event) => {
    came.push(event);
    if (came.length < burstMin || came.length < 2 * keep()) return;
    came = condense(came).slice(-keep());
  };
  const settle = () => {
    // Taken before they are folded: what cannot be folded must not come again with each frame.
    const taken = came;
    came = [];
    if (taken.length > 0) shown = fold(shown, taken);
  };
  const show = () => {
    cancelFrame = null;
    settle();
    listeners.emit();
  };
  const showSoon = () => {
    if (size > 0 && came.length > 0) cancelFrame ??= onNextFrame(show);
  };
  const attachment: Attachment = (connection) => {
    forgetFormer();
    const unsubscribe = connection.subscribe(type, (event) => {
      note(event);
      showSoon();
    });
    const stopForgetting = connection.onIdentityChanged(forgetFormer);
    return () => {
      unsubscribe();
      stopForgetting();
      forgetFormer();
    };
  };
  const giveUp = () => {
    detach?.();
    detach = null;
  };

  return {
    get: () => {
      // While somebody looks, a change is told before it is seen, and only what is told is shown.
      if (size > 0) return era === link.era() ? shown : initial;
      // Nobody looks, so nothing can tear; whoever comes sees what came meanwhile.
      forgetFormer();
      settle();
      return shown;
    },
    subscribe: (onChange) => {
      const remove = listeners.add(onChange);
      detach ??= setup.lasting ? link.hold(attachment) : link.attach(attachment);
      showSoon();
      return () => {
        remove();
        if (size > 0) return;
        cancelFrame?.();
        cancelFrame = null;
        if (!setup.lasting) giveUp();
      };
    },
    giveUp,
  };
}
