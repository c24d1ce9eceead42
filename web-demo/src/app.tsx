/** The page: sign-in or the desk, around one connection whose identity follows the session. */
import type { TokenRequest } from 'keepline';
import { RealtimeProvider } from 'keepline/react';
import { useMemo, useState } from 'react';
import { CallDesk } from './components/call-desk.js';
import { Header } from './components/header.js';
import { SignIn } from './components/sign-in.js';
import { optionsFromQuery } from './connection-options.js';
import { TokenSource } from './session/token-source.js';
import { useSession } from './session/use-session.js';
import { useUsers } from './session/use-users.js';

export function App() {
  const { userId, signIn, signOut } = useSession();
  const users = useUsers();
  const [tunables] = useState(() => optionsFromQuery(location.search));
  const options = useMemo(() => {
    const tokens = userId === null ? null : new TokenSource(userId);
    return {
      ...tunables,
      // What the desk shows is decoded in full, so its types are proven, not hoped for.
      validate: tunables.validate ?? ('strict' as const),
      getToken: async (request: TokenRequest) => (await tokens?.get(request)) ?? null,
    };
  }, [userId, tunables]);

  const user = users.kind === 'loaded' ? users.users.find(({ id }) => id === userId) : undefined;
  return (
    <RealtimeProvider options={options} identity={userId}>
      {userId === null ? (
        <SignIn users={users} onSignIn={signIn} />
      ) : (
        <>
          <Header name={user?.name ?? userId} tenant={user?.tenantName} onSignOut={signOut} />
          {/* Another person starts with an empty desk. */}
          <CallDesk key={userId} userId={userId} />
        </>
      )}
    </RealtimeProvider>
  );
}
