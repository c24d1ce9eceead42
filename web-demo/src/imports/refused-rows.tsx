/** The rows of one file that were refused: whose they are, what is wrong, and all of them to mend. */
import { Download } from 'lucide-react';
import { useId, useState } from 'react';
import type { ContactImport, RefusedRow } from '../desk/imports.js';
import { type Asker, fetchRefused } from './contacts-api.js';
import { explain } from './use-uploads.js';

const figure = new Intl.NumberFormat('en');

export interface RefusedRowsProps {
  readonly upload: ContactImport;
  readonly asker: () => Asker;
}

export function RefusedRows({ upload, asker }: RefusedRowsProps) {
  const { refused, failed, refusedKept = 0 } = upload;
  const heading = useId();
  if (refused.length === 0) return null;
  const more = failed - refused.length;
  return (
    <div className="refused">
      <h4 id={heading}>Refused rows</h4>
      <ul
        className="scrolls refused-rows"
        aria-labelledby={heading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
      >
        {refused.map((row) => (
          <Row key={row.key} refused={row} />
        ))}
      </ul>
      {more > 0 && (
        <p className="quiet" data-testid="refused-more">
          and {figure.format(more)} more. Correct these first: the rest often has the same cause.
        </p>
      )}
      {refusedKept > 0 && <DownloadButton upload={upload} asker={asker} />}
    </div>
  );
}

function Row({ refused: { row, message, name, value } }: { readonly refused: RefusedRow }) {
  return (
    <li data-testid="refused-row" data-row={row}>
      <span className="refused-number">Row {row}</span>
      <span>
        {name && <b>{name}: </b>}
        {message}
        {value && (
          <>
            {' '}
            It says <q>{value}</q>.
          </>
        )}
      </span>
    </li>
  );
}

function DownloadButton({ upload, asker }: RefusedRowsProps) {
  const { importId, name = 'contacts.csv', failed, refusedKept = 0 } = upload;
  const [problem, setProblem] = useState('');
  const download = async () => {
    const asking = asker();
    try {
      save(await fetchRefused(importId, asking), `${name.replace(/\.[^.]*$/, '')}.refused.csv`);
      setProblem('');
    } catch (error) {
      if (!asking.signal.aborted) setProblem(explain(error));
    }
  };
  const rows = refusedKept < failed ? `the first ${figure.format(refusedKept)}` : 'them';
  return (
    <p className="refused-download">
      <button
        type="button"
        className="button"
        data-testid="refused-download"
        onClick={() => void download()}
      >
        <Download size={16} aria-hidden="true" />
        Download {rows} as CSV
      </button>
      <span className="quiet">Mend the rows in it, and send that.</span>
      {problem && (
        <span className="problem" role="alert">
          {problem}
        </span>
      )}
    </p>
  );
}

/** A link would send no token; the browser saves what was fetched instead. */
function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
