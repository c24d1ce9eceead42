/** A row of a contact list, and what can be wrong with it. */
export type RowProblemCode =
  | 'columns'
  | 'name_missing'
  | 'name_too_long'
  | 'name_characters'
  | 'phone_missing'
  | 'phone_invalid'
  | 'phone_rounded'
  | 'email_invalid'
  | 'company_too_long'
  | 'company_characters'
  | 'duplicate'
  | 'contacts_full';

export interface RowProblem {
  readonly code: RowProblemCode;
  readonly message: string;
  /** The cell that is wrong, where it is one. */
  readonly field?: keyof ContactCells;
}

/** What a row says in the columns that we know, as it was written. */
export interface ContactCells {
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly company: string;
}

/** The number in E.164 that a good row has, or what is wrong with it. */
export type Judgement = { readonly phone: string } | { readonly problem: RowProblem };
