/** Why a file is no contact list that can be read. Knows no HTTP. */
export type RefusalCode =
  | 'file_unreadable'
  | 'file_too_large'
  | 'columns_missing'
  | 'columns_ambiguous'
  | 'map_invalid'
  | 'encoding_invalid';

export class FileRefused extends Error {
  override readonly name = 'FileRefused';
  readonly code: RefusalCode;
  /** For whoever reads it by machine: which columns there are, and what was guessed. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: RefusalCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
