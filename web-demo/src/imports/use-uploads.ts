/**
 * Sends files, and asks how imports stand after a gap: what the connection missed, the server still
 * knows. The imports themselves live with the desk, where their events arrive.
 */
import { useReconnected } from 'keepline/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { DeskStore } from '../desk/desk-store.js';
import { account, type ContactImport, isUpload, loseImport, nameImport } from '../desk/imports.js';
import { ServerError } from '../http.js';
import { fetchImport, type GetToken, uploadContacts } from './contacts-api.js';

/** Of the file on its way; once the server has it, its import speaks for itself. */
export type Sending =
  | { readonly kind: 'none' }
  | { readonly kind: 'sending'; readonly name: string }
  | { readonly kind: 'refused'; readonly name: string | null; readonly message: string };

export interface Uploads {
  readonly sending: Sending;
  readonly send: (file: File) => void;
  readonly refuse: (message: string) => void;
}

export function useUploads(
  imports: readonly ContactImport[],
  change: DeskStore['change'],
  getToken: GetToken,
): Uploads {
  const [sending, setSending] = useState<Sending>({ kind: 'none' });
  const abandoned = useAbandonment();
  const send = async (file: File) => {
    const { name } = file;
    const signal = abandoned();
    setSending({ kind: 'sending', name });
    try {
      const accepted = await uploadContacts(file, getToken, signal);
      change((desk) => ({ ...desk, imports: nameImport(desk.imports, { ...accepted, name }) }));
      setSending({ kind: 'none' });
    } catch (error) {
      if (!signal.aborted) setSending({ kind: 'refused', name, message: explain(error) });
    }
  };
  useReconnected(() => {
    for (const { importId, state } of imports.filter(isUpload)) {
      if (state === 'running') void catchUp(importId, change, getToken, abandoned());
    }
  });
  const refuse = (message: string) => setSending({ kind: 'refused', name: null, message });
  return { sending, send: (file) => void send(file), refuse };
}

/** A signal that lasts as long as the card does, through React's take-downs for reasons of its own. */
function useAbandonment(): () => AbortSignal {
  const controller = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      controller.current?.abort();
      controller.current = null;
    },
    [],
  );
  return useCallback(() => {
    controller.current ??= new AbortController();
    return controller.current.signal;
  }, []);
}

async function catchUp(
  importId: string,
  change: DeskStore['change'],
  getToken: GetToken,
  signal: AbortSignal,
): Promise<void> {
  try {
    const told = await fetchImport(importId, getToken, signal);
    change((desk) => ({ ...desk, imports: account(desk.imports, told) }));
  } catch (error) {
    if (signal.aborted) return;
    const gone = error instanceof ServerError && error.status === 404;
    // Anything else may pass: the next event or the next gap tells.
    if (!gone) return;
    const problem =
      'The server has restarted and no longer knows this import. Send the file again.';
    change((desk) => ({ ...desk, imports: loseImport(desk.imports, importId, problem) }));
  }
}

function explain(error: unknown): string {
  if (error instanceof ServerError || !(error instanceof TypeError)) {
    return error instanceof Error ? error.message : String(error);
  }
  // This is all that a browser says of a connection that broke during a request.
  return 'The server did not take the file: it is away, or cut the connection. Try again.';
}
