// The same registration under the name of `keepline/react`: there is one `Register`, whatever it is called.
import { createConnection } from 'keepline';
import { useEvent } from 'keepline/react';

declare module 'keepline/react' {
  interface Register {
    events: { readonly tick: { readonly at: number } };
  }
}

createConnection().subscribe('tick', ({ data }) => data.at.toFixed());
// @ts-expect-error: a typo.
createConnection().subscribe('tock', () => {});
// Messages were not registered.
void createConnection().send('anything');

export function useTick(): void {
  useEvent('tick', ({ data }) => console.log(data.at.toFixed()));
  // @ts-expect-error: a typo.
  useEvent('tock', () => {});
}
