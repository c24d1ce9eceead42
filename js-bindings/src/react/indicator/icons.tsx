// The shapes that stand for the states, told apart without colour: a filled disc with a tick, a ring
// around an exclamation mark, an open ring that turns, an empty ring struck through.
//
// Decoration: each stands beside its words.
import type { ReactNode } from 'react';
import type { Display } from './display.js';

export function StateIcon({ state }: { readonly state: Display }): ReactNode {
  switch (state) {
    case 'connected':
      return (
        <Icon>
          <circle cx="8" cy="8" r="7" fill="currentColor" stroke="none" />
          <path className="keepline-icon-mark" d="M4.9 8.3l2.1 2.1 4.1-4.6" />
        </Icon>
      );
    case 'unconfirmed':
      return (
        <Icon>
          <circle cx="8" cy="8" r="7" />
          <path d="M8 4.6v3.8M8 11.4v.01" />
        </Icon>
      );
    case 'catching_up':
    case 'connecting':
    case 'reconnecting':
      return (
        <Icon>
          <path className="keepline-icon-turning" d="M14 8a6 6 0 1 1-3-5.2" />
        </Icon>
      );
    case 'disconnected':
      return (
        <Icon>
          <circle cx="8" cy="8" r="6" />
          <path d="M3.8 12.2l8.4-8.4" />
        </Icon>
      );
  }
}

export function RetryIcon(): ReactNode {
  return (
    <Icon>
      <path d="M13.5 8a5.5 5.5 0 1 1-1.6-3.9" />
      <path d="M13.5 1.6v3.2h-3.2" />
    </Icon>
  );
}

function Icon({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <svg
      className="keepline-icon"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable={false}
    >
      {children}
    </svg>
  );
}
