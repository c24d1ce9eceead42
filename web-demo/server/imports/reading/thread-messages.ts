/** What the thread that reads a file is given, and what it answers. All of it can be cloned. */
import type { FileForm, ReadRow, ReadSettings } from './contact-file.js';
import type { RefusalCode } from './refusal.js';
import type { TextLimits } from './text-meter.js';

export interface ThreadTask {
  readonly bytes: Uint8Array;
  readonly settings: ReadSettings;
  readonly limits: TextLimits;
}

export type ThreadAnswer =
  | { readonly kind: 'read'; readonly file: PackedFile }
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    };

/**
 * A file as it waits to be imported: its rows as JSON, a slice at a time, outside of the heap that
 * is collected while others wait.
 */
export interface PackedFile {
  readonly form: FileForm;
  readonly total: number;
  readonly slices: readonly Uint8Array[];
  readonly broken: string | undefined;
}

/** Takes about a millisecond to import, which no call notices. */
const SLICE_ROWS = 250;

export function packRows(rows: readonly ReadRow[]): Uint8Array[] {
  const encoder = new TextEncoder();
  return Array.from({ length: Math.ceil(rows.length / SLICE_ROWS) }, (_, index) =>
    encoder.encode(JSON.stringify(rows.slice(index * SLICE_ROWS, (index + 1) * SLICE_ROWS))),
  );
}

export function unpackRows(slice: Uint8Array): ReadRow[] {
  return JSON.parse(new TextDecoder().decode(slice)) as ReadRow[];
}
