// @vitest-environment jsdom
// A page that a server rendered becomes live without React having to throw any of it away.
import { act, cleanup, render } from '@testing-library/react';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, it, vi } from 'vitest';
import {
  RealtimeProvider,
  WebSocketStatusIndicator,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, liveStatus } from './fake-connection.js';

vi.mock('../../../js-bindings/src/index.js', () => ({
  createConnection: () => createFakeConnection({}, liveStatus),
}));

afterEach(cleanup);

it('hydrates without a mismatch, then shows the real state', async () => {
  const errors = vi.spyOn(console, 'error');
  const page = (
    <RealtimeProvider>
      <WebSocketStatusIndicator />
    </RealtimeProvider>
  );
  const container = document.createElement('div');
  container.innerHTML = renderToString(page);
  document.body.append(container);
  const button = container.querySelector('button');
  const onRecoverableError = vi.fn();

  await act(async () => render(page, { container, hydrate: true, onRecoverableError }));

  expect(errors).not.toHaveBeenCalled();
  expect(onRecoverableError).not.toHaveBeenCalled();
  expect(container.querySelector('button')).toBe(button);
  expect(button?.textContent).toBe('Live');
});
