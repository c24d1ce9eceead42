// Rendering on a server: no window, no network, no connection, and a page that says so honestly.
import { renderToString } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { loadingStatus } from '../../../js-bindings/src/client/own-statuses.js';
import { createConnection } from '../../../js-bindings/src/index.js';
import {
  RealtimeProvider,
  useConnectionStatus,
  useEvent,
  useLatestEvent,
  useLiveQuery,
  usePendingSends,
  useReconnected,
  useWebSocket,
  WebSocketStatusIndicator,
} from '../../../js-bindings/src/react/index.js';

vi.mock('../../../js-bindings/src/index.js', () => ({ createConnection: vi.fn() }));

const fetchCalls = vi.fn(() => ({ data: 1 }));

function Page() {
  const { isConnected, connectionError, status } = useWebSocket();
  useEvent('new_call', () => {});
  useReconnected(() => {});
  const latest = useLatestEvent('new_call');
  const { state, data } = useLiveQuery({
    fetch: fetchCalls,
    events: 'new_call',
    apply: (calls) => calls,
  });
  expect([state, data, usePendingSends()]).toEqual(['loading', undefined, []]);
  expect(useConnectionStatus()).toBe(loadingStatus);
  expect(status).toBe(loadingStatus);
  expect({ isConnected, connectionError, latest }).toEqual({
    isConnected: false,
    connectionError: null,
    latest: null,
  });
  return <WebSocketStatusIndicator />;
}

it('renders the static snapshot and makes no connection', () => {
  expect(globalThis).not.toHaveProperty('window');
  const html = renderToString(
    <RealtimeProvider options={{ getToken: () => 'token' }} identity="ann">
      <Page />
    </RealtimeProvider>,
  );
  expect(createConnection).not.toHaveBeenCalled();
  expect(fetchCalls).not.toHaveBeenCalled();
  expect(html).toContain('data-state="connecting"');
  expect(html).toContain('Connecting');
  expect(html).toMatch(/<span role="status"[^>]*><\/span>/);
});

it('writes no inline style, which a strict content security policy would refuse', () => {
  const html = renderToString(
    <RealtimeProvider>
      <WebSocketStatusIndicator />
    </RealtimeProvider>,
  );
  expect(html).not.toContain('style=');
});
