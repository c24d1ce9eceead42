/** Sign-in where an OIDC issuer knows the people: one button that leads to its own page. */
import { LogIn } from 'lucide-react';
import { useState } from 'react';
import type { OidcSession } from '../session/oidc-session.js';
import { SignInFrame } from './sign-in-frame.js';

export function IssuerSignIn({ session }: { readonly session: OidcSession }) {
  const [problem, setProblem] = useState(session.problem);
  const [leaving, setLeaving] = useState(false);
  const signIn = async () => {
    setLeaving(true);
    try {
      await session.signIn();
    } catch {
      // What the library says here is about its own request; the person needs the cause behind it.
      setLeaving(false);
      setProblem(
        'The issuer did not answer. See that it can be reached from this browser, and that it lists ' +
          'this page’s origin among those that may ask it.',
      );
    }
  };
  return (
    <SignInFrame>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <button
        type="button"
        className="button button-primary button-large"
        data-testid="sign-in-issuer"
        disabled={leaving}
        onClick={() => void signIn()}
      >
        <LogIn size={18} aria-hidden="true" />
        {leaving ? 'On the way to the issuer…' : 'Sign in'}
      </button>
    </SignInFrame>
  );
}
