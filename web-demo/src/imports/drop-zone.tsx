/** Where a CSV is dropped, or chosen with a button that the keyboard reaches. */
import { FileUp } from 'lucide-react';
import { type FileRejection, useDropzone } from 'react-dropzone';

export interface DropZoneProps {
  readonly busy: boolean;
  readonly onFile: (file: File) => void;
  readonly onRefused: (message: string) => void;
}

/** What operating systems call a CSV, in the words of browsers; its name decides in the end. */
const CSV = {
  'text/csv': ['.csv'],
  'application/csv': ['.csv'],
  'application/vnd.ms-excel': ['.csv'],
  'text/plain': ['.csv'],
};

export function DropZone({ busy, onFile, onRefused }: DropZoneProps) {
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    accept: CSV,
    multiple: false,
    disabled: busy,
    // The button below does these, and says so.
    noClick: true,
    noKeyboard: true,
    validator: (file) =>
      file.name.toLowerCase().endsWith('.csv') ? null : { code: 'name', message: 'no CSV' },
    onDropAccepted: ([file]) => file && onFile(file),
    onDropRejected: (rejections) => onRefused(explain(rejections)),
  });
  return (
    <div
      {...getRootProps({ className: 'drop-zone', role: undefined, tabIndex: undefined })}
      data-testid="drop-zone"
      data-over={isDragActive}
    >
      <input
        {...getInputProps({ 'aria-label': 'CSV file of contacts' })}
        data-testid="import-file"
        tabIndex={-1}
      />
      <FileUp size={22} aria-hidden="true" />
      <p>
        {isDragActive ? (
          'Let go to import it.'
        ) : (
          <>
            Drop a CSV of contacts here, or{' '}
            <button
              type="button"
              className="link-button"
              data-testid="choose-file"
              disabled={busy}
              onClick={open}
            >
              choose a file
            </button>
            .
          </>
        )}
      </p>
      <p className="quiet">
        No file at hand? Take a{' '}
        <a href="/api/sample-contacts.csv?rows=5000" download="sample-contacts.csv">
          sample of 5,000 rows
        </a>
        , some of them bad.
      </p>
    </div>
  );
}

function explain(rejections: readonly FileRejection[]): string {
  if (rejections.length > 1) return 'One file at a time, please.';
  const name = rejections[0]?.file.name ?? 'This';
  return `${name} is no CSV. Save the sheet as CSV (.csv) and drop that.`;
}
