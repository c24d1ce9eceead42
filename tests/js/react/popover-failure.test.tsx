// @vitest-environment jsdom
// The popover may fail to arrive, on a broken network of all times: the details must be there.
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import {
  RealtimeProvider,
  WebSocketStatusIndicator,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, waitingStatus } from './fake-connection.js';

vi.mock('../../../js-bindings/src/index.js', () => ({ createConnection: vi.fn() }));
vi.mock('@floating-ui/react', () => {
  throw new Error('the network is down');
});

afterEach(cleanup);

it('shows the details plainly, below the button', async () => {
  const connection = createFakeConnection({}, waitingStatus);
  render(
    <RealtimeProvider connection={connection}>
      <WebSocketStatusIndicator />
    </RealtimeProvider>,
  );
  const button = screen.getByRole('button', { name: 'Connection: Reconnecting' });
  button.focus();
  fireEvent.click(button);
  await screen.findByRole('group', { name: 'Connection' });
  expect(button.getAttribute('aria-expanded')).toBe('true');
  expect(document.activeElement).toBe(button);
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(connection.commands).toEqual(['reconnect']);
  fireEvent.keyDown(button, { key: 'Escape' });
  expect(screen.queryByRole('group')).toBeNull();
});
