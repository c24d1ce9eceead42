/**
 * Sends files, and asks how imports stand where events cannot say: when the page has come, where events are missing,
 * and of what was sent elsewhere. The imports themselves live with the desk, where their events arrive.
 */
import { useReconnected, useWebSocket } from 'keepline/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { DeskStore } from '../desk/desk-store.js';
import {
  account,
  type ContactImport,
  type FileColumn,
  isUpload,
  loseImport,
  nameImport,
} from '../desk/imports.js';
import { type GetToken, ServerError } from '../http.js';
import {
  type Asker,
  columnsInDoubt,
  fetchImport,
  findImport,
  type UploadSettings,
  uploadContacts,
} from './contacts-api.js';

/** Of the file on its way; once the server has it, its import speaks for itself. */
export type Sending =
  | { readonly kind: 'none' }
  | { readonly kind: 'sending'; readonly name: string }
  | Refusal
  | { readonly kind: 'unclear'; readonly file: File; readonly columns: readonly FileColumn[] };

export interface Refusal {
  readonly kind: 'refused';
  readonly name: string | null;
  readonly message: string;
  /** Another import was under way: no longer true once that has ended. */
  readonly isUntilIdle?: boolean;
}

export interface Uploads {
  readonly sending: Sending;
  readonly send: (file: File, settings: UploadSettings) => void;
  readonly refuse: (message: string) => void;
  /** Forgets a file that is not on its way. */
  readonly forget: () => void;
  readonly asker: () => Asker;
}

export function useUploads(
  imports: readonly ContactImport[],
  change: DeskStore['change'],
  getToken: GetToken,
): Uploads {
  const [sending, setSending] = useState<Sending>({ kind: 'none' });
  const asker = useAsker(getToken);
  useAccounts(imports, change, asker);
  const send = async (file: File, settings: UploadSettings) => {
    const { name } = file;
    const asking = asker();
    setSending({ kind: 'sending', name });
    try {
      const accepted = await uploadContacts(file, settings, asking);
      change((desk) => ({ ...desk, imports: nameImport(desk.imports, { ...accepted, name }) }));
      setSending({ kind: 'none' });
    } catch (error) {
      if (asking.signal.aborted) return;
      const columns = columnsInDoubt(error);
      if (columns) setSending({ kind: 'unclear', file, columns });
      else setSending({ kind: 'refused', name, message: explain(error), ...whyNotYet(error) });
    }
  };
  return {
    sending,
    send: (file, settings) => void send(file, settings),
    refuse: (message) => setSending({ kind: 'refused', name: null, message }),
    forget: () => setSending({ kind: 'none' }),
    asker,
  };
}

function whyNotYet(error: unknown): Pick<Refusal, 'isUntilIdle'> {
  return error instanceof ServerError && error.status === 409 ? { isUntilIdle: true } : {};
}

/** Asks as long as the card lasts, through React's take-downs for reasons of its own. */
function useAsker(getToken: GetToken): () => Asker {
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
    return { getToken, signal: controller.current.signal };
  }, [getToken]);
}

/** Has each import accounted for by the server when events alone do not tell it whole. */
function useAccounts(
  imports: readonly ContactImport[],
  change: DeskStore['change'],
  asker: () => Asker,
): void {
  const { isConnected } = useWebSocket();
  const asked = useRef(new Set<string>());
  const ask = useCallback(
    (importId: string) => void catchUp(importId, change, asker()),
    [change, asker],
  );
  const askForLatest = useCallback(async () => {
    // A server without a list: what events tell has to do.
    const importId = await findImport(asker()).catch(() => null);
    if (importId !== null) ask(importId);
  }, [ask, asker]);
  const hasCome = useRef(false);
  useEffect(() => {
    if (!isConnected || hasCome.current) return;
    hasCome.current = true;
    void askForLatest();
  }, [isConnected, askForLatest]);
  useReconnected(({ missed }) => {
    // Else all that was said of them comes, or has come.
    if (missed !== 'unknown') return;
    const running = imports.filter((each) => isUpload(each) && each.state === 'running');
    for (const { importId } of running) ask(importId);
    if (running.length === 0) void askForLatest();
  });
  useEffect(() => {
    for (const upload of imports.filter(isUpload)) {
      const { importId, state } = upload;
      const question = `${importId} ${state}`;
      if (isToldWhole(upload) || asked.current.has(question)) continue;
      asked.current.add(question);
      ask(importId);
    }
  }, [imports, ask]);
  // What is asked when React takes the card down is not answered.
  useEffect(
    () => () => {
      asked.current.clear();
      hasCome.current = false;
    },
    [],
  );
}

function isToldWhole({ name, state, refusedKept }: ContactImport): boolean {
  return name !== undefined && (state === 'running' || refusedKept !== undefined);
}

async function catchUp(importId: string, change: DeskStore['change'], asker: Asker): Promise<void> {
  try {
    const told = await fetchImport(importId, asker);
    change((desk) => ({ ...desk, imports: account(desk.imports, told) }));
  } catch (error) {
    if (asker.signal.aborted) return;
    const gone = error instanceof ServerError && error.status === 404;
    // Anything else may pass: the next event or the next gap tells.
    if (!gone) return;
    const problem =
      'The server has restarted and no longer knows this import. Send the file again.';
    change((desk) => ({ ...desk, imports: loseImport(desk.imports, importId, problem) }));
  }
}

export function explain(error: unknown): string {
  if (error instanceof ServerError || !(error instanceof TypeError)) {
    return error instanceof Error ? error.message : String(error);
  }
  // This is all that a browser says of a connection that broke during a request.
  return 'The server did not take the file: it is away, or cut the connection. Try again.';
}
