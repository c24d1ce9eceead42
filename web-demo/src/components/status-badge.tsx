/**
 * A call's or line's status as a word in a tinted pill; the word says it, the tint only helps to
 * scan.
 */
import { words } from '../desk/summaries.js';

const TONES: Readonly<Record<string, string>> = {
  ringing: 'waiting',
  recorded: 'waiting',
  queued: 'waiting',
  processing: 'waiting',
  'in-progress': 'active',
  answered: 'done',
  completed: 'done',
  'no-answer': 'quiet',
  failed: 'bad',
  busy: 'bad',
};

export function StatusBadge({ status }: { readonly status: string }) {
  return (
    <span className="badge" data-tone={TONES[status] ?? 'neutral'}>
      {words(status)}
    </span>
  );
}
