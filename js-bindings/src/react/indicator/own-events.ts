// Keeps presses and keys that are meant for the indicator from what it stands in: a header that is
// clickable as a whole, a card, a label, a link.
//
// React hands events on to every ancestor, through portals too. Only what was used here is kept:
// pointers, focus and all other keys pass, as whoever closes a menu at a press elsewhere needs them.
import type { KeyboardEvent, MouseEvent } from 'react';

function keepPress(event: MouseEvent): void {
  event.stopPropagation();
  // A label hands a press on to its control, and a link follows it; our own controls act themselves.
  const control = (event.target as Element).closest('button, label, textarea');
  if (!control || !event.currentTarget.contains(control)) event.preventDefault();
}

/** The keys that press buttons. */
function keepKey(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
}

/** For the indicator's outermost element. */
export const ownEvents = {
  onClick: keepPress,
  onDoubleClick: keepPress,
  onKeyDown: keepKey,
  onKeyUp: keepKey,
} as const;
