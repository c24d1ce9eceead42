// A page with the status indicator on it, and the words to ask it what it shows.
import { act, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { vi } from 'vitest';
import type { Status } from '../../../js-bindings/src/client/types.js';
import {
  RealtimeProvider,
  WebSocketStatusIndicator,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, type FakeConnection, liveStatus } from './fake-connection.js';

let current: FakeConnection;

/** The connection of the page that was rendered last. */
export const connection = () => current;

type Props = Parameters<typeof WebSocketStatusIndicator>[0];
export type Labels = Props['labels'];

export function renderIndicator(
  status: Status = liveStatus,
  labels?: Labels,
  details?: Props['details'],
) {
  current = createFakeConnection({}, status);
  return render(
    <StrictMode>
      <RealtimeProvider connection={current}>
        <WebSocketStatusIndicator labels={labels} details={details} />
        <button type="button">Elsewhere</button>
      </RealtimeProvider>
    </StrictMode>,
  );
}

export const button = () => screen.getByRole('button', { name: /^Connection/ });
export const retry = () => screen.getByRole('button', { name: 'Retry' });
export const elsewhere = () => screen.getByRole('button', { name: 'Elsewhere' });
export const details = () => screen.getByRole('group', { name: 'Connection' });
export const isOpen = () => screen.queryByRole('group') !== null;
export const spoken = () => screen.getByRole('status').textContent;
export const shown = () => button().closest('.keepline-indicator')?.getAttribute('data-state');

export const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));
export const become = (change: Partial<Status>) => act(() => current.setStatus(change));
/** Lets the popover arrive, which is fetched when it is first wanted. */
export const arrive = () =>
  act(async () => {
    await import('../../../js-bindings/src/react/indicator/popover.js');
  });

export async function open(): Promise<void> {
  act(() => button().click());
  await arrive();
}

/** Whether focus shows, as it does after a key and not after a press. */
export function letFocusShow(shows: boolean): void {
  const { matches } = Element.prototype;
  vi.spyOn(Element.prototype, 'matches').mockImplementation(function (this: Element, selector) {
    return selector === ':focus-visible' ? shows : matches.call(this, selector);
  });
}
