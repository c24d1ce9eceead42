// @vitest-environment jsdom
// The popover may fail to arrive, on a broken network of all times: the button must not suffer.
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import {
  RealtimeProvider,
  WebSocketStatusIndicator,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, exhaustedStatus } from './fake-connection.js';

vi.mock('../../../js-bindings/src/index.js', () => ({ createConnection: vi.fn() }));
vi.mock('@floating-ui/react', () => {
  throw new Error('the network is down');
});

afterEach(cleanup);

it('leaves the button and Retry as they are', async () => {
  const connection = createFakeConnection({}, exhaustedStatus);
  render(
    <RealtimeProvider connection={connection}>
      <WebSocketStatusIndicator />
    </RealtimeProvider>,
  );
  const button = screen.getByRole('button', { name: 'Connection: Disconnected' });
  button.focus();
  fireEvent.click(button);
  await act(async () => vi.dynamicImportSettled());
  expect(button.getAttribute('aria-expanded')).toBe('false');
  expect(document.activeElement).toBe(button);
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(connection.commands).toEqual(['reconnect']);
});
