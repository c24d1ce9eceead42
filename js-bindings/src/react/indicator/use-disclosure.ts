// When details beside a button are open: hover, keyboard focus and presses, in one small machine.
//
// @floating-ui/react, which places the popover, has hooks for this too. They cannot be used: that
// library is loaded when the details are first opened, and somebody has to notice that they are
// wanted before it is there, and where it cannot be loaded at all. This machine knows nothing of what
// is opened, where it is placed, and how a press elsewhere dismisses it: that is the library's part.
import {
  type FocusEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { focusedBeside, startTimer } from './surroundings.js';

/** A pointer on its way elsewhere opens nothing. */
const hoverOpensAfterMs = 120;
/** Time to cross from the button to the details, or to come back. */
const hoverClosesAfterMs = 250;
/** Assistive technology focuses and presses at once: that is one wish, not two. */
const sameGestureMs = 500;

type OpenedBy = 'hover' | 'focus' | 'press';

export interface Disclosure {
  readonly open: boolean;
  /** For the element around button and details. */
  readonly zoneProps: {
    readonly onPointerEnter: (event: PointerEvent) => void;
    readonly onPointerLeave: () => void;
    readonly onFocus: (event: FocusEvent) => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
  readonly onPress: (event: MouseEvent) => void;
  /** Closes; focus that was inside goes back to the button. */
  readonly close: () => void;
}

export function useDisclosure(
  button: RefObject<HTMLButtonElement | null>,
  onOpen: () => void,
): Disclosure {
  const [openedBy, setOpenedBy] = useState<OpenedBy | null>(null);
  const stopTimer = useRef(() => {});
  const openedAt = useRef(0);
  const ignoresFocus = useRef(false);
  useEffect(() => () => stopTimer.current(), []);

  const later = (ms: number, run: () => void) => {
    stopTimer.current();
    stopTimer.current = startTimer(button.current, ms, run);
  };

  const show = (by: OpenedBy, event: { timeStamp: number }) => {
    stopTimer.current();
    openedAt.current = event.timeStamp;
    setOpenedBy(by);
    if (openedBy === null) onOpen();
  };

  const close = useCallback(() => {
    stopTimer.current();
    setOpenedBy(null);
    const element = button.current;
    const focused = element && focusedBeside(element);
    if (!focused || focused === element || !element.parentElement?.contains(focused)) return;
    ignoresFocus.current = true;
    element.focus();
    ignoresFocus.current = false;
  }, [button]);

  return {
    open: openedBy !== null,
    close,
    onPress: (event) => {
      const sameGesture = event.timeStamp - openedAt.current < sameGestureMs;
      if (openedBy === 'press' || (openedBy === 'focus' && !sameGesture)) close();
      else show('press', event);
    },
    zoneProps: {
      onPointerEnter: (event) => {
        if (event.pointerType === 'touch') return;
        if (openedBy === null) later(hoverOpensAfterMs, () => show('hover', event));
        else stopTimer.current();
      },
      onPointerLeave: () => {
        later(hoverClosesAfterMs, () => setOpenedBy((by) => (by === 'hover' ? null : by)));
      },
      onFocus: (event) => {
        if (ignoresFocus.current) {
          ignoresFocus.current = false;
        } else if (event.target !== button.current) {
          // Whoever is at work inside must not lose it to a pointer that moves away.
          setOpenedBy((by) => by && 'press');
        } else if (openedBy === null && isFocusVisible(event.target)) {
          show('focus', event);
        }
      },
      onBlur: (event) => {
        if (focusedBeside(event.target) === event.target) {
          // The window lost focus, not the element: its return is nobody's wish to open.
          ignoresFocus.current = true;
        } else if (!event.currentTarget.contains(event.relatedTarget)) {
          stopTimer.current();
          setOpenedBy(null);
        }
      },
    },
  };
}

/** Focus that a person needs to see came from a keyboard or its like, not from a press. */
function isFocusVisible(element: Element): boolean {
  return element.matches(':focus-visible');
}
