// A component test as an application writes it: nothing of Keepline is replaced, and nobody waits for what was sent.
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { RealtimeProvider, useWebSocket, WebSocketStatusIndicator } from 'keepline/react';
import { afterEach, expect, it, vi } from 'vitest';

function Greeter() {
  const { send, status } = useWebSocket();
  return (
    <button type="button" onClick={() => void send('hello')}>
      {status.phase}
    </button>
  );
}

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('greets', async () => {
  render(
    <RealtimeProvider>
      <Greeter />
      <WebSocketStatusIndicator />
    </RealtimeProvider>,
  );
  const button = screen.getByText('loading');
  expect(screen.getByRole('status')).toBeTruthy();
  fireEvent.click(button);
  await vi.waitUntil(() => button.textContent !== 'loading');
  fireEvent.click(button);
  vi.useFakeTimers();
  cleanup();
  // What the component had is ended while the run goes on.
  await vi.runAllTimersAsync();
});
