/** The people one may sign in as, as the development issuer lists them. */
import { useEffect, useState } from 'react';
import { getJson, ServerError } from '../http.js';

export interface DemoUser {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly tenantName: string;
}

export type Users =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly users: readonly DemoUser[] }
  | { readonly kind: 'failed'; readonly message: string; retry(): void };

/** Asks nobody unless `wanted`: another issuer lists no users. */
export function useUsers(wanted: boolean): Users {
  const [result, setResult] = useState<Users>({ kind: 'loading' });
  useEffect(() => {
    if (!wanted) return;
    const abandoned = new AbortController();
    const load = async () => {
      setResult({ kind: 'loading' });
      try {
        setResult({ kind: 'loaded', users: await loadUsers(abandoned.signal) });
      } catch (error) {
        if (abandoned.signal.aborted) return;
        setResult({ kind: 'failed', message: explain(error), retry: () => void load() });
      }
    };
    void load();
    return () => abandoned.abort();
  }, [wanted]);
  return result;
}

async function loadUsers(signal: AbortSignal): Promise<DemoUser[]> {
  const document = (await getJson('/dev/users', signal)) as { users?: unknown } | undefined;
  if (!Array.isArray(document?.users)) throw new Error('The server did not list its users.');
  return document.users.filter(isUser);
}

function isUser(value: unknown): value is DemoUser {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, tenant, tenantName } = value as Record<string, unknown>;
  return [id, name, tenant, tenantName].every((member) => typeof member === 'string');
}

function explain(error: unknown): string {
  if (error instanceof ServerError) return error.message;
  return 'The server did not answer. Start it with npm start, then try again.';
}
