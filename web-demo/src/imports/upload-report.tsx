/** One uploaded file: its bar while it runs, its totals at the end, the rows that were refused. */
import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react';
import { memo, useId } from 'react';
import type { ContactImport } from '../desk/imports.js';
import { describeForm } from './file-words.js';
import { RefusedRows, type RefusedRowsProps } from './refused-rows.js';

const figure = new Intl.NumberFormat('en');

export const UploadReport = memo(function UploadReport({ upload, asker }: RefusedRowsProps) {
  const { importId, name, state, processed, total, succeeded, failed, problem } = upload;
  const heading = useId();
  const percent = total > 0 ? Math.floor((processed / total) * 100) : 0;
  return (
    <section
      className="upload"
      aria-labelledby={heading}
      data-testid="upload"
      data-import-id={importId}
      data-state={state}
    >
      <div className="upload-head">
        <StateIcon state={state} />
        <h3 id={heading} title={name}>
          {name ?? 'A file sent from elsewhere'}
        </h3>
        <span className="row-figure">{state === 'running' ? `${percent} %` : state}</span>
      </div>
      <div
        className="bar"
        role="progressbar"
        aria-labelledby={heading}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={processed}
        aria-valuetext={`${figure.format(processed)} of ${figure.format(total)} rows`}
      >
        <div className="bar-fill" style={{ inlineSize: `${percent}%` }} />
      </div>
      <dl className="totals">
        <Total name="Read" testId="upload-processed">
          {figure.format(processed)} of {figure.format(total)}
        </Total>
        <Total name="Imported" testId="upload-succeeded">
          {figure.format(succeeded)}
        </Total>
        <Total name="Refused" testId="upload-failed">
          {figure.format(failed)}
        </Total>
        {upload.durationMs !== undefined && (
          <Total name="Took" testId="upload-duration">
            {(upload.durationMs / 1000).toFixed(1)} s
          </Total>
        )}
      </dl>
      {problem && <p className="problem">{problem}</p>}
      {upload.form && (
        <p className="quiet upload-form" data-testid="upload-form">
          {describeForm(upload.form)}
        </p>
      )}
      <RefusedRows upload={upload} asker={asker} />
    </section>
  );
});

function StateIcon({ state }: Pick<ContactImport, 'state'>) {
  switch (state) {
    case 'running':
      return <LoaderCircle size={18} className="upload-icon turning" aria-hidden="true" />;
    case 'complete':
      return <CircleCheck size={18} className="upload-icon" aria-hidden="true" />;
    case 'failed':
      return <CircleX size={18} className="upload-icon" aria-hidden="true" />;
  }
}

interface TotalProps {
  readonly name: string;
  readonly testId: string;
  readonly children: React.ReactNode;
}

function Total({ name, testId, children }: TotalProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testId}>{children}</dd>
    </div>
  );
}
