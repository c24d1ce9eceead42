/** Asks which column is which, where the file's first line does not tell. */
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { FileColumn } from '../desk/imports.js';

export interface ColumnFormProps {
  readonly fileName: string;
  readonly columns: readonly FileColumn[];
  readonly onMap: (map: ReadonlyMap<string, string>) => void;
  readonly onCancel: () => void;
}

const FIELDS = [
  ['name', 'Name'],
  ['firstName', 'First name'],
  ['lastName', 'Last name'],
  ['phone', 'Phone number'],
  ['email', 'E-mail'],
  ['company', 'Company'],
] as const;

export function ColumnForm({ fileName, columns, onMap, onCancel }: ColumnFormProps) {
  const [fields, setFields] = useState(() => columns.map(({ field }) => field ?? ''));
  const heading = useRef<HTMLHeadingElement>(null);
  const title = useId();
  const problem = problemOf(fields);
  // What was asked for has become a question: whoever goes by keyboard is led to it.
  useEffect(() => heading.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem === null) onMap(mapOf(columns, fields));
  };
  return (
    <form className="column-form" aria-labelledby={title} data-testid="columns" onSubmit={submit}>
      <h3 id={title} ref={heading} tabIndex={-1}>
        Which column is which in {fileName}?
      </h3>
      <ul className="column-choices">
        {columns.map(({ column }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name.
          <li key={index}>
            <label>
              <span className="column-name">{column || `Column ${index + 1}, without a name`}</span>
              <select
                className="field"
                value={fields[index]}
                disabled={column === ''}
                data-testid={`column-${index}`}
                onChange={({ target }) => setFields(fields.with(index, target.value))}
              >
                <option value="">left out</option>
                {FIELDS.map(([field, word]) => (
                  <option key={field} value={field}>
                    {word}
                  </option>
                ))}
              </select>
            </label>
          </li>
        ))}
      </ul>
      <p className="quiet" role="status">
        {problem}
      </p>
      <div className="column-actions">
        <button
          type="submit"
          className="button button-primary"
          disabled={problem !== null}
          data-testid="columns-send"
        >
          Import it so
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function problemOf(fields: readonly string[]): string | null {
  const has = (field: string) => fields.includes(field);
  const isHalved = has('firstName') || has('lastName');
  const twice = FIELDS.find(([field]) => fields.filter((each) => each === field).length > 1);
  if (twice) return `${twice[1]} can be one column only.`;
  if (has('name') && isHalved) return 'Choose the name, or its halves.';
  if (!has('name') && !isHalved) return 'Choose the column with the name.';
  return has('phone') ? null : 'Choose the column with the phone number.';
}

function mapOf(
  columns: readonly FileColumn[],
  fields: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    columns.flatMap(({ column }, index) => {
      const field = fields[index];
      return field ? [[field, column] as const] : [];
    }),
  );
}
