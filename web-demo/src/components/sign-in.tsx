/** Sign in as one of the development issuer's people, or as a guest with a name of one's own. */
import { type ChangeEvent, type FormEvent, useId, useState } from 'react';
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

/** What the issuer takes after `guest-`: of any name what is left in a to z and digits. */
const NAME_CHARACTERS_MAX = 40;

function guestName(typed: string): string {
  return typed
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_CHARACTERS_MAX)
    .replace(/^-+|-+$/g, '');
}

function GuestForm({ onSignIn }: Pick<SignInProps, 'onSignIn'>) {
  const [typed, setTyped] = useState('');
  const field = useId();
  const hint = useId();
  const name = guestName(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSignIn(`guest-${name}`);
  };
  const change = ({ target }: ChangeEvent<HTMLInputElement>) => {
    setTyped(target.value);
    const isUsable = target.value === '' || guestName(target.value) !== '';
    target.setCustomValidity(isUsable ? '' : 'Write at least one letter from a to z, or a digit.');
  };
  return (
    <form className="guest-form" onSubmit={submit}>
      <label htmlFor={field}>Or come as a guest</label>
      <div className="guest-row">
        <input
          id={field}
          className="field"
          data-testid="guest-name"
          value={typed}
          onChange={change}
          placeholder="Your name"
          aria-describedby={hint}
          autoComplete="off"
          spellCheck={false}
          required
        />
        <button type="submit" className="button" data-testid="sign-in-guest">
          Sign in
        </button>
      </div>
      <p id={hint} className="quiet">
        A guest works at Harbour Insurance, with calls of their own
        {name !== '' && name !== typed && (
          <>
            , here as <b data-testid="guest-id">guest-{name}</b>
          </>
        )}
        .
      </p>
    </form>
  );
}
