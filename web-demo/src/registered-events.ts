/** What the page's one connection carries: with this every hook and every connection knows its types. */
import type { KeeplineEvents } from 'keepline/call-centre';

declare module 'keepline' {
  interface Register {
    events: KeeplineEvents;
  }
}
