/** What every way to sign in stands in: the name of the page, and what it is. */
import type { ReactNode } from 'react';

export function SignInFrame({ children }: { readonly children: ReactNode }) {
  return (
    <main className="sign-in" data-testid="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-head">
          <img src="/icon.svg" alt="" width="44" height="44" />
          <div>
            <h1>Call desk</h1>
            <p className="quiet">A simulated call centre, live over one WebSocket.</p>
          </div>
        </div>
        {children}
      </div>
    </main>
  );
}
