/** Sign in as one of the development issuer's people, or as a guest with a name of one's own. */
import { type FormEvent, useId, useState } from 'react';
import type { DemoUser, Users } from '../session/use-users.js';
import { SignInFrame } from './sign-in-frame.js';

export interface SignInProps {
  readonly users: Users;
  readonly onSignIn: (userId: string) => void;
}

export function SignIn({ users, onSignIn }: SignInProps) {
  return (
    <SignInFrame>
      <UserChoice users={users} onSignIn={onSignIn} />
      <GuestForm onSignIn={onSignIn} />
    </SignInFrame>
  );
}

function UserChoice({ users, onSignIn }: SignInProps) {
  switch (users.kind) {
    case 'loading':
      return <p className="quiet">Asking who may sign in…</p>;
    case 'failed':
      return (
        <div role="alert" className="problem">
          <p>{users.message}</p>
          <button type="button" className="button" onClick={users.retry}>
            Try again
          </button>
        </div>
      );
    case 'loaded':
      return (
        <div className="tenants">
          {[...new Set(users.users.map(({ tenantName }) => tenantName))].map((tenant) => (
            <TenantChoice
              key={tenant}
              tenant={tenant}
              people={users.users.filter(({ tenantName }) => tenantName === tenant)}
              onSignIn={onSignIn}
            />
          ))}
          <p className="quiet tenants-note">
            Ada and Chen have the same user id, each in their own company. Neither ever hears the
            other’s calls.
          </p>
        </div>
      );
  }
}

interface TenantChoiceProps extends Pick<SignInProps, 'onSignIn'> {
  readonly tenant: string;
  readonly people: readonly DemoUser[];
}

function TenantChoice({ tenant, people, onSignIn }: TenantChoiceProps) {
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading} className="tenant-name">
        {tenant}
      </h2>
      <ul className="user-list">
        {people.map((user) => (
          <li key={user.id}>
            <UserButton user={user} onSignIn={onSignIn} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function UserButton({ user, onSignIn }: { user: DemoUser; onSignIn: (userId: string) => void }) {
  return (
    <button
      type="button"
      className="user-button"
      data-testid={`sign-in-${user.id}`}
      onClick={() => onSignIn(user.id)}
    >
      <span className="avatar" aria-hidden="true">
        {user.name.charAt(0)}
      </span>
      <span className="person-name">{user.name}</span>
    </button>
  );
}

/** What the issuer takes after `guest-`. */
const GUEST_NAME = '[a-z0-9\\-]{1,40}';

function GuestForm({ onSignIn }: Pick<SignInProps, 'onSignIn'>) {
  const [name, setName] = useState('');
  const field = useId();
  const hint = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSignIn(`guest-${name}`);
  };
  return (
    <form className="guest-form" onSubmit={submit}>
      <label htmlFor={field}>Or come as a guest</label>
      <div className="guest-row">
        <input
          id={field}
          className="field"
          data-testid="guest-name"
          value={name}
          onChange={(event) => setName(event.target.value.toLowerCase())}
          placeholder="your-name"
          pattern={GUEST_NAME}
          title="Letters a to z, digits and hyphens, at most 40"
          aria-describedby={hint}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <button type="submit" className="button" data-testid="sign-in-guest">
          Sign in
        </button>
      </div>
      <p id={hint} className="quiet">
        A guest works at Harbour Insurance, with calls of their own.
      </p>
    </form>
  );
}
