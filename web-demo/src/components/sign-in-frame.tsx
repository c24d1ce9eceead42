/** What every way to sign in stands in: the name of the page, and what it is. */
import { type ReactNode, useEffect } from 'react';
import { ViewHeading } from './view-heading.js';

export function SignInFrame({ children }: { readonly children: ReactNode }) {
  useEffect(() => {
    document.title = 'Sign in · Call desk';
  }, []);
  return (
    <main className="sign-in" data-testid="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-head">
          <img src="/icon.svg" alt="" width="44" height="44" />
          <div>
            <ViewHeading>Sign in to the call desk</ViewHeading>
            <p className="sign-in-name">Call desk</p>
            <p className="quiet">A simulated call centre, live over one WebSocket.</p>
          </div>
        </div>
        {children}
      </div>
    </main>
  );
}
