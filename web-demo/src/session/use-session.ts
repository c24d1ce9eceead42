/**
 * Who is signed in. Survives a reload by the user's id in sessionStorage, which is all that is ever
 * stored; the token is asked for anew.
 */
import { useCallback, useState } from 'react';

export interface Session {
  readonly userId: string | null;
  signIn(userId: string): void;
  signOut(): void;
}

const STORAGE_KEY = 'keepline-demo.user';

export function useSession(): Session {
  const [userId, setUserId] = useState(() => sessionStorage.getItem(STORAGE_KEY));
  const signIn = useCallback((id: string) => {
    sessionStorage.setItem(STORAGE_KEY, id);
    setUserId(id);
  }, []);
  const signOut = useCallback(() => {
    sessionStorage.removeItem(STORAGE_KEY);
    setUserId(null);
  }, []);
  return { userId, signIn, signOut };
}
