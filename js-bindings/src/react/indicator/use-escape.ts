// Escape closes the details, and only them.
//
// The innermost layer that uses a key ends it. Dialogs, native and of libraries, listen for Escape on
// the document, or are closed by the browser unless the key is refused; so it is taken on its way
// down, from the window, before any of them hears of it. One listener serves the focus that is inside
// and that which is elsewhere, with and without the popover's library.
import { type RefObject, useEffect } from 'react';
import { isCovered } from './surroundings.js';

export interface EscapeOptions {
  readonly button: RefObject<HTMLElement | null>;
  /** Whether there is anything to close, if only an opening that is under way. */
  readonly open: boolean;
  /** Whether a person sees the details: only then the key has been used up. */
  readonly shown: boolean;
  readonly close: () => void;
}

export function useEscape({ button, open, shown, close }: EscapeOptions): void {
  useEffect(() => {
    const element = button.current;
    const view = element?.ownerDocument.defaultView;
    if (!open || !element || !view) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      // While text is composed, Escape belongs to the input method.
      if (event.key !== 'Escape' || event.isComposing) return;
      const zone = element.parentElement ?? element;
      // What was opened by hovering may lie below a dialog that the key is meant for.
      if (!event.composedPath().includes(zone) && isCovered(element)) return;
      close();
      if (!shown) return;
      event.preventDefault();
      event.stopPropagation();
    };
    view.addEventListener('keydown', onKeyDown, true);
    return () => view.removeEventListener('keydown', onKeyDown, true);
  }, [button, open, shown, close]);
}
