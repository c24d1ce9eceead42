/**
 * Notes for the desk: each is a message that ends. While it is on its way it says so; one that nobody
 * answered may have been taken, and is asked about and not written twice.
 */
import { usePendingSends, useSend } from 'keepline/react';
import { NotebookPen } from 'lucide-react';
import { type FormEvent, memo, useId, useState } from 'react';
import type { DeskNote } from '../../boards/notes.js';
import { Card, Empty } from './card.js';

export interface NoteCardProps {
  readonly notes: readonly DeskNote[];
}

/** As the server has it. */
const CHARACTERS_MAX = 280;

export const NoteCard = memo(function NoteCard({ notes }: NoteCardProps) {
  const pending = usePendingSends({ confirmLeave: true }).filter(isNote);
  return (
    <Card title="Notes" testId="notes" aside={notes.length > 0 && 'in every tab of yours'}>
      <NoteForm />
      {pending.length > 0 && (
        <ul className="rows" aria-label="Notes that are not there yet">
          {pending.map((send) => (
            <PendingNote key={send.key} send={send} />
          ))}
        </ul>
      )}
      {notes.length === 0 ? (
        <Empty icon={<NotebookPen size={22} aria-hidden="true" />}>
          Nothing noted yet. A note is kept once, however often the link breaks on its way.
        </Empty>
      ) : (
        <ol className="rows" aria-label="Notes, newest first">
          {notes.map(({ noteId, text, notedAt }) => (
            <li key={noteId} className="row" data-testid="note">
              <span className="row-main note-text">{text}</span>
              <time className="row-figure" dateTime={notedAt}>
                {new Date(notedAt).toLocaleTimeString()}
              </time>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
});

type Pending = ReturnType<typeof usePendingSends>[number];

const isNote = (send: Pending): boolean => send.type === 'desk_note';

function NoteForm() {
  const send = useSend();
  const [text, setText] = useState('');
  const field = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    // What becomes of it is shown below.
    send('desk_note', { text: text.trim() }, { ack: true }).catch(() => undefined);
    setText('');
  };
  return (
    <form className="note-form" onSubmit={submit}>
      <label className="visually-hidden" htmlFor={field}>
        A note to the desk
      </label>
      <input
        id={field}
        className="field"
        data-testid="note-text"
        placeholder="A note to the desk"
        maxLength={CHARACTERS_MAX}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="submit" className="button" data-testid="note-send">
        Note
      </button>
    </form>
  );
}

const words = {
  sending: 'On its way',
  unconfirmed: 'Sent, and nobody has answered yet',
  failed: 'Not taken',
} as const;

function PendingNote({ send }: { readonly send: Pending }) {
  const { state, data, error } = send;
  return (
    <li className="row" data-testid="note-pending" data-state={state}>
      <span className="row-main">
        <span className="note-text">{data.text}</span>
        <span className="row-note" role="status">
          {words[state]}
          {state === 'failed' && error ? `: ${error.rejection?.message ?? error.message}` : ''}
        </span>
      </span>
      {state !== 'sending' && (
        <span className="row-end note-deeds">
          <button
            type="button"
            className="link-button"
            onClick={() => void send.retry().catch(() => undefined)}
          >
            {state === 'failed' ? 'Send again' : 'Ask'}
          </button>
          <button type="button" className="link-button" onClick={() => send.dismiss()}>
            Dismiss
          </button>
        </span>
      )}
    </li>
  );
}
