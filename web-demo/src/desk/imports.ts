/**
 * Contact imports: how far each is, and which rows it refused. Progress comes as events, and after a
 * gap as the server's own account; whichever comes late never takes an import back. Pure.
 */
import type { KeeplineEvents } from 'keepline/call-centre';
import { change, putFirst } from '../../boards/lists.js';
import type { CatalogueEvent } from './summaries.js';

export interface RefusedRow {
  readonly key: number;
  readonly row: number;
  readonly message: string;
  /** Of the contact in it, and the cell that is wrong: an event does not say, the account does. */
  readonly name?: string;
  readonly value?: string;
}

/** How the file was read, where it does not say so itself. */
export interface FileForm {
  readonly encoding: string;
  readonly delimiter: string;
  /** Whose national numbers it has; null where they all begin with a plus. */
  readonly country: string | null;
  readonly columns: readonly FileColumn[];
}

export interface FileColumn {
  readonly column: string;
  /** What it was taken for; null where it is left out. */
  readonly field: string | null;
}

export interface ContactImport {
  readonly importId: string;
  /** The file's name; an event does not say it. */
  readonly name?: string;
  readonly state: 'running' | 'complete' | 'failed';
  readonly processed: number;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly durationMs?: number;
  /** The first of them: `failed` counts them all. */
  readonly refused: readonly RefusedRow[];
  /** Why the import as a whole did not work. */
  readonly problem?: string;
  readonly form?: FileForm;
  /** Refused rows that can be downloaded; only the account says. */
  readonly refusedKept?: number;
}

type Figures = 'importId' | 'state' | 'processed' | 'total' | 'succeeded' | 'failed';
type Details = 'name' | 'durationMs' | 'problem' | 'refused' | 'form' | 'refusedKept';

/** What the server answers when asked how an import stands; an event says less. */
export type ImportAccount = Pick<ContactImport, Figures> & Partial<Pick<ContactImport, Details>>;

/** The one under way and the latest before it; the feed's invented ones have their own room. */
export const UPLOADS_MAX = 4;
export const SIMULATED_MAX = 1;
/** As many as the server tells; whoever has more to correct downloads them. */
export const REFUSED_ROWS_MAX = 500;

/** The reference server names what was really uploaded so. */
export function isUpload({ importId }: { readonly importId: string }): boolean {
  return importId.startsWith('upload-');
}

export function applyToImports(
  imports: readonly ContactImport[],
  event: CatalogueEvent,
): readonly ContactImport[] {
  switch (event.type) {
    case 'import_progress':
      return account(imports, { ...pick(event.data), state: 'running' });
    case 'import_complete': {
      const { total, durationMs } = event.data;
      return account(imports, {
        ...pick({ ...event.data, processed: total }),
        state: 'complete',
        durationMs,
      });
    }
    case 'import_error':
      return refuse(imports, event.data);
    default:
      return imports;
  }
}

/** The file has arrived, and this is what the server calls it. */
export function nameImport(
  imports: readonly ContactImport[],
  { importId, total, ...details }: Pick<ContactImport, 'importId' | 'total' | 'name' | 'form'>,
): readonly ContactImport[] {
  // Events of a small file may overtake the answer to its upload.
  const named = { ...(find(imports, importId) ?? blank(importId)), ...details };
  return put(imports, { ...named, total: Math.max(named.total, total) });
}

export function account(
  imports: readonly ContactImport[],
  told: ImportAccount,
): readonly ContactImport[] {
  const known = find(imports, told.importId) ?? blank(told.importId);
  const isLate = known.state !== 'running' || told.processed < known.processed;
  if (told.state === 'running' && isLate) return imports;
  // Events and account list the same rows from the first on; the longer list has heard more, and of two
  // of one length the account says more of each.
  const { refused = known.refused } = told;
  const longer = refused.length >= known.refused.length ? refused : known.refused;
  return put(imports, { ...known, ...told, refused: longer.slice(0, REFUSED_ROWS_MAX) });
}

/** The server was asked and cannot say: it has restarted, or the import is long gone. */
export function loseImport(
  imports: readonly ContactImport[],
  importId: string,
  problem: string,
): readonly ContactImport[] {
  return change(
    imports,
    (known) => known.importId === importId && known.state === 'running',
    (known) => ({ ...known, state: 'failed', problem }),
  );
}

function refuse(
  imports: readonly ContactImport[],
  { importId, row, message }: KeeplineEvents['import_error'],
): readonly ContactImport[] {
  const known = find(imports, importId) ?? blank(importId);
  if (row === undefined) return put(imports, { ...known, state: 'failed', problem: message });
  if (known.refused.length >= REFUSED_ROWS_MAX) return imports;
  const refused = [...known.refused, { key: known.refused.length, row, message }];
  return put(imports, { ...known, refused, failed: Math.max(known.failed, refused.length) });
}

/** In place where it is known, so that a finished import does not jump over a newer one. */
function put(imports: readonly ContactImport[], item: ContactImport): readonly ContactImport[] {
  const isSame = ({ importId }: ContactImport) => importId === item.importId;
  if (imports.some(isSame)) return change(imports, isSame, () => item);
  const all = putFirst(imports, item, isSame, imports.length + 1);
  return [
    ...all.filter(isUpload).slice(0, UPLOADS_MAX),
    ...all.filter((other) => !isUpload(other)).slice(0, SIMULATED_MAX),
  ];
}

function find(imports: readonly ContactImport[], importId: string): ContactImport | undefined {
  return imports.find((known) => known.importId === importId);
}

function blank(importId: string): ContactImport {
  return {
    importId,
    state: 'running',
    processed: 0,
    total: 0,
    succeeded: 0,
    failed: 0,
    refused: [],
  };
}

function pick({
  importId,
  processed,
  total,
  succeeded,
  failed,
}: KeeplineEvents['import_progress']) {
  return { importId, processed, total, succeeded, failed };
}
