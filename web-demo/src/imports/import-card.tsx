/**
 * The contact import: a place to drop a CSV, how far the server is with it, and which rows it
 * refused. The invented imports of the feed get a line below.
 */
import { memo } from 'react';
import { Card } from '../components/card.js';
import type { DeskStore } from '../desk/desk-store.js';
import { type ContactImport, isUpload } from '../desk/imports.js';
import type { GetToken } from './contacts-api.js';
import { DropZone } from './drop-zone.js';
import { UploadReport } from './upload-report.js';
import { useUploads } from './use-uploads.js';

export interface ImportCardProps {
  readonly imports: readonly ContactImport[];
  readonly change: DeskStore['change'];
  readonly getToken: GetToken;
}

export const ImportCard = memo(function ImportCard(props: ImportCardProps) {
  const { imports, change, getToken } = props;
  const { sending, send, refuse } = useUploads(imports, change, getToken);
  const uploads = imports.filter(isUpload);
  const running = uploads.some(({ state }) => state === 'running');
  return (
    <Card
      title="Contact import"
      testId="import"
      aside={running ? 'under way' : uploads.length > 0 && 'really read, row by row'}
    >
      <DropZone busy={sending.kind === 'sending'} onFile={send} onRefused={refuse} />
      <p className="import-said" role="status" data-testid="import-said">
        {sending.kind === 'sending' && `Sending ${sending.name}…`}
      </p>
      {sending.kind === 'refused' && (
        <p className="problem" role="alert" data-testid="import-refused">
          {sending.name && <b>{sending.name}: </b>}
          {sending.message}
        </p>
      )}
      <div className="uploads">
        {uploads.map((upload) => (
          <UploadReport key={upload.importId} upload={upload} />
        ))}
      </div>
      {imports
        .filter((each) => !isUpload(each))
        .map((simulated) => (
          <SimulatedImport key={simulated.importId} simulated={simulated} />
        ))}
    </Card>
  );
});

function SimulatedImport({ simulated }: { readonly simulated: ContactImport }) {
  const { importId, processed, total, failed, state } = simulated;
  return (
    <p className="simulated-import" data-testid="simulated-import">
      <span>Simulated {importId}</span>
      <span>
        {processed} of {total} rows, {failed} refused, {state}
      </span>
    </p>
  );
}
