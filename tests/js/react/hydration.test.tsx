// @vitest-environment jsdom
// A page that a server rendered becomes live without React having to throw any of it away.
import { act, cleanup, render } from '@testing-library/react';
import { StrictMode, Suspense } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, it, vi } from 'vitest';
import {
  RealtimeProvider,
  useEvent,
  useLatestEvent,
  useReconnected,
  useWebSocket,
  WebSocketStatusIndicator,
} from '../../../js-bindings/src/react/index.js';
import { createFakeConnection, type FakeConnection, liveStatus } from './fake-connection.js';

const made: FakeConnection[] = vi.hoisted(() => []);

vi.mock('../../../js-bindings/src/index.js', () => ({
  createConnection: () => {
    const connection = createFakeConnection({}, liveStatus);
    made.push(connection);
    return connection;
  },
}));

const heard = vi.fn();

function Desk() {
  const { isConnected, status } = useWebSocket();
  const latest = useLatestEvent('new_call', (event) => event.data);
  useEvent('new_call', (event) => heard(event.data));
  useReconnected(() => heard('reconnected'));
  return (
    <p>
      {status.phase} {String(isConnected)} {String(latest)}
    </p>
  );
}

afterEach(cleanup);

it('hydrates without a mismatch, then shows the real state', async () => {
  const errors = vi.spyOn(console, 'error');
  const page = (
    <StrictMode>
      <Suspense fallback="…">
        <RealtimeProvider identity="ann">
          <WebSocketStatusIndicator />
          <Desk />
        </RealtimeProvider>
      </Suspense>
    </StrictMode>
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
  expect(container.querySelector('p')?.textContent).toBe('ready true null');
  expect(made).toHaveLength(1);
  act(() => made[0]?.emit('new_call', 'first'));
  expect(heard.mock.calls).toEqual([['first']]);
});
