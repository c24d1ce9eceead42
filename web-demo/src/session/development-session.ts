/**
 * Sign-in with the development issuer: whoever one says one is. Survives a reload by the user's id
 * in sessionStorage, which is all that is ever stored; the token is asked for anew.
 */
import { DevelopmentTokens } from './development-tokens.js';
import { type Person, PersonStore, type Session } from './session.js';

export interface DevelopmentSession extends Session {
  readonly kind: 'development';
  readonly signIn: (userId: string) => void;
}

const STORAGE_KEY = 'keepline-demo.user';

export function createDevelopmentSession(): DevelopmentSession {
  const stored = sessionStorage.getItem(STORAGE_KEY);
  const people = new PersonStore(stored === null ? null : personOf(stored));
  let tokens = stored === null ? null : new DevelopmentTokens(stored);
  return {
    kind: 'development',
    person: people.get,
    subscribe: people.subscribe,
    getToken: async (request) => (await tokens?.get(request)) ?? null,
    signIn: (userId) => {
      sessionStorage.setItem(STORAGE_KEY, userId);
      tokens = new DevelopmentTokens(userId);
      people.set(personOf(userId));
    },
    signOut: () => {
      sessionStorage.removeItem(STORAGE_KEY);
      tokens = null;
      people.set(null);
    },
  };
}

/** The issuer's list has the full names; until it is there the id has to do. */
function personOf(userId: string): Person {
  return { id: userId, name: userId };
}
