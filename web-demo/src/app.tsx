/** The page: sign-in or the desk, around one connection whose identity follows the session. */
import type { Connection } from 'keepline';
import { RealtimeProvider, useLatestEvent } from 'keepline/react';
import { CallDesk } from './components/call-desk.js';
import { Header } from './components/header.js';
import { IssuerSignIn } from './components/issuer-sign-in.js';
import { SignIn } from './components/sign-in.js';
import type { DeskConfig } from './session/config.js';
import type { DevelopmentSession } from './session/development-session.js';
import type { OidcSession } from './session/oidc-session.js';
import { type Person, usePerson } from './session/session.js';
import { useDeskTitle } from './session/use-desk-title.js';
import { type DemoUser, type Users, useUsers } from './session/use-users.js';
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
  const listed = users.kind === 'loaded' ? users.users : [];
  const user = listed.find(({ id }) => id === person.id);
  const tenant = useTenantName(user, listed);
  const name = user?.name ?? person.name;
  useDeskTitle(name, tenant);
  return (
    <>
      <Header name={name} tenant={tenant} onSignOut={session.signOut} />
      {/* Another person starts with an empty desk. */}
      <CallDesk
        key={person.id}
        userId={person.id}
        getToken={session.getToken}
        history={history}
        networkPanel={config.networkPanel}
        fleet={config.issuer === 'development' ? config.fleet : null}
      />
    </>
  );
}

/** By its name where the issuer lists it; the server's own word for it otherwise. */
function useTenantName(user: DemoUser | undefined, listed: readonly DemoUser[]) {
  const tenantId = useLatestEvent('connected')?.data.tenantId;
  return (
    user?.tenantName ?? listed.find(({ tenant }) => tenant === tenantId)?.tenantName ?? tenantId
  );
}
