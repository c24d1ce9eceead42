// The Retry button, which never takes the focus away from under a person's finger.
import type { ReactNode } from 'react';
import { RetryIcon } from './icons.js';
import { focusedBeside } from './surroundings.js';

export interface RetryButtonProps {
  readonly label: string;
  /**
   * Whether a press would do anything. A button that has focus stays although it would not: the
   * stylesheet shows it then only to those who need to see where the focus is.
   */
  readonly offered: boolean;
  readonly onRetry: () => void;
  readonly onHeld: (held: boolean) => void;
}

export function RetryButton({ label, offered, onRetry, onHeld }: RetryButtonProps): ReactNode {
  return (
    <button
      type="button"
      className="keepline-retry"
      aria-disabled={!offered}
      onClick={() => offered && onRetry()}
      onFocus={() => onHeld(true)}
      onBlur={(event) => onHeld(focusedBeside(event.target) === event.target)}
    >
      <RetryIcon />
      <span className="keepline-retry-label">{label}</span>
    </button>
  );
}
