/** The page: sign-in or the desk, around one connection whose identity follows the session. */
import type { Connection } from 'keepline';
import { RealtimeProvider } from 'keepline/react';
import { CallDesk } from './components/call-desk.js';
import { Header } from './components/header.js';
import { IssuerSignIn } from './components/issuer-sign-in.js';
import { SignIn } from './components/sign-in.js';
import type { DeskConfig } from './session/config.js';
import type { DevelopmentSession } from './session/development-session.js';
import type { OidcSession } from './session/oidc-session.js';
import { type Person, usePerson } from './session/session.js';
import { type Users, useUsers } from './session/use-users.js';
import type { ConnectionHistory } from './timeline/connection-history.js';

export interface AppProps {
  readonly config: DeskConfig;
  readonly session: DevelopmentSession | OidcSession;
  readonly connection: Connection;
  readonly history: ConnectionHistory;
}

export function App(props: AppProps) {
  const { config, session, connection } = props;
  const person = usePerson(session);
  const users = useUsers(config.issuer === 'development');
  return (
    <RealtimeProvider connection={connection} identity={person?.id ?? null}>
      {person ? <SignedIn {...props} person={person} users={users} /> : signInOf(session, users)}
    </RealtimeProvider>
  );
}

function signInOf(session: AppProps['session'], users: Users) {
  return session.kind === 'oidc' ? (
    <IssuerSignIn session={session} />
  ) : (
    <SignIn users={users} onSignIn={session.signIn} />
  );
}

type SignedInProps = AppProps & { readonly person: Person; readonly users: Users };

function SignedIn({ config, session, history, person, users }: SignedInProps) {
  const user = users.kind === 'loaded' ? users.users.find(({ id }) => id === person.id) : undefined;
  return (
    <>
      <Header
        name={user?.name ?? person.name}
        tenant={user?.tenantName}
        onSignOut={session.signOut}
      />
      {/* Another person starts with an empty desk. */}
      <CallDesk
        key={person.id}
        userId={person.id}
        getToken={session.getToken}
        history={history}
        networkPanel={config.networkPanel}
      />
    </>
  );
}
