/** What the page's one connection carries: with this every hook and every connection knows its types. */
import type { DeskEvents } from '../boards/board-events.js';

declare module 'keepline' {
  interface Register {
    events: DeskEvents;
    messages: { desk_note: { readonly text: string } };
  }
}
