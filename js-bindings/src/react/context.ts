// How hooks find the provider above them.
import { createContext, useContext } from 'react';
import type { Link } from './link.js';

export const LinkContext = createContext<Link | null>(null);

/** The link of the nearest provider; `caller` is named in the error where there is none. */
export function useLink(caller: string): Link {
  const link = useContext(LinkContext);
  if (link) return link;
  throw new Error(
    `${caller} was used outside a provider, so there is no connection to use. ` +
      'Put <RealtimeProvider options={{ getToken }}> around the part of the page that uses it.',
  );
}
