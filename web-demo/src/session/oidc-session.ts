/**
 * Sign-in with an OIDC issuer: code and PKCE by a redirect, renewal by a refresh token or, where
 * there is none, in a hidden frame. The library does all of it and keeps the tokens in this tab's
 * sessionStorage; it is loaded only where there is such an issuer. The one thing that is ever in a
 * URL is the code on its way back, and it is taken out at once.
 */
import type { User, UserManager } from 'oidc-client-ts';
import type { OidcConfig } from './config.js';
import { type Person, PersonStore, type Session } from './session.js';

export interface OidcSession extends Session {
  readonly kind: 'oidc';
  /** Leaves the page for the issuer's. */
  readonly signIn: () => Promise<void>;
  /** Why the last sign-in came to nothing. */
  readonly problem: string | null;
}

/** A token with less left is not worth a dial. */
const REMAINING_SEC_MIN = 10;

/**
 * In the hidden frame the issuer leads back to this page, which has one thing to do there: hand the
 * answer to the page around it. True where that was so.
 */
export async function answerSilentSignIn(): Promise<boolean> {
  if (window.parent === window || !isAnswer(new URLSearchParams(location.search))) return false;
  const { UserManager } = await import('oidc-client-ts');
  // The page around knows all that is left out here.
  const settings = { authority: '', client_id: '', redirect_uri: '' };
  await new UserManager(settings).signinSilentCallback();
  return true;
}

function isAnswer(query: URLSearchParams): boolean {
  return query.has('state') && (query.has('code') || query.has('error'));
}

export async function openOidcSession(config: OidcConfig): Promise<OidcSession> {
  if (config.clientId === null) {
    throw new Error(
      'The server does not say which client this page is. Register a single-page application with ' +
        `the issuer, with ${location.origin}/ as its callback, and start the server with ` +
        'AUTH0_CLIENT_ID set to its client id.',
    );
  }
  const { UserManager, WebStorageStateStore } = await import('oidc-client-ts');
  const manager = new UserManager({
    authority: config.authority,
    client_id: config.clientId,
    redirect_uri: `${location.origin}/`,
    post_logout_redirect_uri: `${location.origin}/`,
    response_type: 'code',
    scope: config.scope,
    ...(config.audience !== null && { extraQueryParams: { audience: config.audience } }),
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    // The connection asks when it needs a new one.
    automaticSilentRenew: false,
  });
  const { user, problem } = await arrive(manager);
  return sessionOf(manager, user, problem);
}

interface Arrival {
  readonly user: User | null;
  readonly problem: string | null;
}

/** Takes up where the issuer sent us back to, or where a reload left off. */
async function arrive(manager: UserManager): Promise<Arrival> {
  if (!isAnswer(new URLSearchParams(location.search))) {
    return { user: await manager.getUser(), problem: null };
  }
  const answer = location.href;
  history.replaceState(null, '', location.pathname);
  try {
    return { user: await manager.signinRedirectCallback(answer), problem: null };
  } catch (error) {
    return { user: await manager.getUser(), problem: explain(error) };
  }
}

function sessionOf(manager: UserManager, user: User | null, problem: string | null): OidcSession {
  const people = new PersonStore(user && personOf(user));
  return {
    kind: 'oidc',
    problem,
    person: people.get,
    subscribe: people.subscribe,
    signIn: () => manager.signinRedirect(),
    signOut: () => {
      people.set(null);
      void signOut(manager);
    },
    getToken: async ({ forceRefresh }) => {
      if (people.get() === null) return null;
      const current = await manager.getUser();
      if (current && !forceRefresh && (current.expires_in ?? Infinity) > REMAINING_SEC_MIN) {
        return current.access_token;
      }
      const renewed = await renew(manager, current);
      if (renewed === null) people.set(null);
      return renewed?.access_token ?? null;
    },
  };
}

/** Null where only another sign-in helps. */
async function renew(manager: UserManager, current: User | null): Promise<User | null> {
  if (!current) return null;
  try {
    return await manager.signinSilent();
  } catch (error) {
    if (!isOver(error)) throw error;
    await manager.removeUser();
    return null;
  }
}

/** RFC 6749, 5.2, and OpenID Connect Core, 3.1.2.6: what an issuer says where it has to see the person again. */
const OVER: ReadonlySet<unknown> = new Set([
  'invalid_grant',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
]);

/** As opposed to an issuer that cannot be asked just now. */
function isOver(error: unknown): boolean {
  return OVER.has(error instanceof Error && 'error' in error ? error.error : undefined);
}

/** The issuer's own session ends with ours where it offers that; ours ends in any case. */
async function signOut(manager: UserManager): Promise<void> {
  const endpoint = await manager.metadataService.getEndSessionEndpoint().catch(() => undefined);
  if (endpoint !== undefined) await manager.signoutRedirect();
  else await manager.removeUser();
}

function personOf({ profile }: User): Person {
  return { id: profile.sub, name: profile.name ?? profile.email ?? profile.sub };
}

function explain(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return `The sign-in did not work: ${said}`;
}
