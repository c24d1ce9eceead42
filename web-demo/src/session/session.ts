/**
 * Who is signed in, whoever issues the tokens. The rest of the page asks a session for a person and
 * for tokens, and never learns how it comes by them.
 */
import type { TokenRequest } from 'keepline';
import { useSyncExternalStore } from 'react';

export interface Person {
  /** An opaque key: another one is another person. */
  readonly id: string;
  readonly name: string;
}

export interface Session {
  /** The same object until somebody else is signed in. */
  readonly person: () => Person | null;
  readonly subscribe: (listener: () => void) => () => void;
  /** Null where nobody is signed in. */
  readonly getToken: (request: TokenRequest) => Promise<string | null>;
  readonly signOut: () => void;
}

export function usePerson(session: Session): Person | null {
  return useSyncExternalStore(session.subscribe, session.person);
}

/** What both kinds of session keep: the person, and who wants to know of another. */
export class PersonStore {
  #person: Person | null;
  readonly #listeners = new Set<() => void>();

  constructor(person: Person | null) {
    this.#person = person;
  }

  readonly get = (): Person | null => this.#person;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(person: Person | null): void {
    this.#person = person;
    for (const listener of this.#listeners) listener();
  }
}
