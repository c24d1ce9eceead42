/**
 * The contact import: a place to drop a CSV, how far the server is with it, and which rows it
 * refused. The invented imports of the feed get a line below.
 */
import { memo, useState } from 'react';
import { Card } from '../components/card.js';
import type { DeskStore } from '../desk/desk-store.js';
import { type ContactImport, isUpload } from '../desk/imports.js';
import type { GetToken } from '../http.js';
import { ColumnForm } from './column-form.js';
import { CountryChoice } from './country-choice.js';
import { DropZone } from './drop-zone.js';
import { UploadReport } from './upload-report.js';
import { type Sending, type Uploads, useUploads } from './use-uploads.js';

export interface ImportCardProps {
  readonly imports: readonly ContactImport[];
  readonly change: DeskStore['change'];
  readonly getToken: GetToken;
}

const NO_MAP: ReadonlyMap<string, string> = new Map();

export const ImportCard = memo(function ImportCard(props: ImportCardProps) {
  const { imports, change, getToken } = props;
  const files = useUploads(imports, change, getToken);
  const [country, setCountry] = useState('');
  const uploads = imports.filter(isUpload);
  const running = uploads.some(({ state }) => state === 'running');
  return (
    <Card
      title="Contact import"
      testId="import"
      aside={running ? 'under way' : uploads.length > 0 && 'really read, row by row'}
    >
      <DropZone
        busy={files.sending.kind === 'sending'}
        onFile={(file) => files.send(file, { country, map: NO_MAP })}
        onRefused={files.refuse}
      />
      <CountryChoice country={country} onChoose={setCountry} />
      <Said sending={files.sending} isRunning={running} />
      <Columns files={files} country={country} />
      <div className="uploads">
        {uploads.map((upload) => (
          <UploadReport key={upload.importId} upload={upload} asker={files.asker} />
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

interface SaidProps {
  readonly sending: Sending;
  readonly isRunning: boolean;
}

function Said({ sending, isRunning }: SaidProps) {
  const isOver = sending.kind === 'refused' && sending.isUntilIdle === true && !isRunning;
  return (
    <>
      <p className="import-said" role="status" data-testid="import-said">
        {sending.kind === 'sending' && `Sending ${sending.name}…`}
        {isOver && `${sending.name} can be sent now: the import before it has ended.`}
      </p>
      {sending.kind === 'refused' && !isOver && (
        <p className="problem" role="alert" data-testid="import-refused">
          {sending.name && <b>{sending.name}: </b>}
          {sending.message}
        </p>
      )}
    </>
  );
}

function Columns({ files, country }: { readonly files: Uploads; readonly country: string }) {
  const { sending, send, forget } = files;
  if (sending.kind !== 'unclear') return null;
  const { file, columns } = sending;
  return (
    <ColumnForm
      fileName={file.name}
      columns={columns}
      onMap={(map) => send(file, { country, map })}
      onCancel={forget}
    />
  );
}

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
