// The Retry button, which never takes the focus away from under a person's finger.
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { RetryIcon } from './icons.js';
import { isFocusVisible } from './use-disclosure.js';

export interface RetryButtonProps {
  readonly label: string;
  /** Whether a press would do anything. A button that has focus stays although it would not. */
  readonly offered: boolean;
  readonly onRetry: () => void;
  readonly onHeld: (held: boolean) => void;
  /** Where focus that came by a press goes once there is nothing left to retry. */
  readonly successor: RefObject<HTMLElement | null>;
}

export function RetryButton(props: RetryButtonProps): ReactNode {
  const { label, offered, onRetry, onHeld, successor } = props;
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    const element = button.current;
    if (offered || !element || document.activeElement !== element) return;
    if (!isFocusVisible(element)) successor.current?.focus();
  }, [offered, successor]);

  return (
    <button
      ref={button}
      type="button"
      className="keepline-retry"
      aria-disabled={!offered}
      onClick={() => offered && onRetry()}
      onFocus={() => onHeld(true)}
      onBlur={(event) => onHeld(document.activeElement === event.target)}
    >
      <RetryIcon />
      <span className="keepline-retry-label">{label}</span>
    </button>
  );
}
