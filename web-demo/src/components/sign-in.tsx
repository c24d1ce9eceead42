/** Sign in as one of the development issuer's people, or as a guest with a name of one's own. */
import { type FormEvent, useId, useState } from 'react';
import type { DemoUser, Users } from '../session/use-users.js';

export interface SignInProps {
  readonly users: Users;
  readonly onSignIn: (userId: string) => void;
}

export function SignIn({ users, onSignIn }: SignInProps) {
  return (
    <main className="sign-in" data-testid="sign-in">
      <div className="sign-in-card">
        <img src="/icon.svg" alt="" width="44" height="44" />
        <h1>Call desk</h1>
        <p className="quiet">
          A simulated call centre, live over one WebSocket. Choose who you are; two of them share a
          user id in different companies, and never hear each other’s calls.
        </p>
        <UserChoice users={users} onSignIn={onSignIn} />
        <GuestForm onSignIn={onSignIn} />
      </div>
    </main>
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
        <ul className="user-list">
          {users.users.map((user) => (
            <li key={user.id}>
              <UserButton user={user} onSignIn={onSignIn} />
            </li>
          ))}
        </ul>
      );
  }
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
      <span className="user-text">
        <span className="person-name">{user.name}</span>
        <span className="person-tenant">{user.tenantName}</span>
      </span>
    </button>
  );
}

/** What the issuer takes after `guest-`. */
const GUEST_NAME = '[a-z0-9\\-]{1,40}';

function GuestForm({ onSignIn }: Pick<SignInProps, 'onSignIn'>) {
  const [name, setName] = useState('');
  const field = useId();
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
          data-testid="guest-name"
          value={name}
          onChange={(event) => setName(event.target.value.toLowerCase())}
          placeholder="your-name"
          pattern={GUEST_NAME}
          title="Letters, digits and hyphens, at most 40"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <button type="submit" className="button" data-testid="sign-in-guest">
          Sign in
        </button>
      </div>
    </form>
  );
}
