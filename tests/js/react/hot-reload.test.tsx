// @vitest-environment jsdom
// Hot reload as development servers do it: through React's own refresh runtime.
import * as refresh from 'react-refresh/runtime';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createFakeConnection, type FakeConnection } from './fake-connection.js';

const made: FakeConnection[] = vi.hoisted(() => []);

vi.mock('../../../js-bindings/src/index.js', () => ({
  createConnection: () => {
    const connection = createFakeConnection();
    made.push(connection);
    return connection;
  },
}));

// The runtime must be there before React is: everything that imports React is loaded after it.
beforeAll(() => refresh.injectIntoGlobalHook(window as never));
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('keeps the connection when the component around the provider is replaced', async () => {
  const { act, render } = await import('@testing-library/react');
  const { useState } = await import('react');
  const { RealtimeProvider } = await import('../../../js-bindings/src/react/index.js');

  function App() {
    return <RealtimeProvider identity="ann">one</RealtimeProvider>;
  }
  refresh.register(App, 'App');
  refresh.setSignature(App, 'no hooks');
  const { container } = render(<App />);
  expect(container.textContent).toBe('one');

  // Other hooks: React has to mount it, and the provider in it, again.
  function EditedApp() {
    const [text] = useState('two');
    return <RealtimeProvider identity="ann">{text}</RealtimeProvider>;
  }
  refresh.register(EditedApp, 'App');
  refresh.setSignature(EditedApp, 'useState');
  act(() => {
    refresh.performReactRefresh();
  });
  vi.advanceTimersByTime(60_000);
  expect(container.textContent).toBe('two');
  expect(made).toHaveLength(1);
  expect(made[0]?.disposed()).toBe(false);
});

it('calls the edited handler, with one subscription before and after', async () => {
  const { act, render } = await import('@testing-library/react');
  const { RealtimeProvider, useEvent } = await import('../../../js-bindings/src/react/index.js');
  const heard: string[] = [];

  function Calls() {
    useEvent('new_call', () => void heard.push('one'));
    return null;
  }
  refresh.register(Calls, 'Calls');
  refresh.setSignature(Calls, 'useEvent');
  render(
    <RealtimeProvider identity="ann">
      <Calls />
    </RealtimeProvider>,
  );
  const connection = made.at(-1);
  const listening = connection?.listeners();
  connection?.emit('new_call');

  // The same hooks: React keeps the component and runs all of its effects again.
  function EditedCalls() {
    useEvent('new_call', () => void heard.push('two'));
    return null;
  }
  refresh.register(EditedCalls, 'Calls');
  refresh.setSignature(EditedCalls, 'useEvent');
  act(() => {
    refresh.performReactRefresh();
  });
  connection?.emit('new_call');
  expect(heard).toEqual(['one', 'two']);
  expect(connection?.listeners()).toBe(listening);
  expect(made.at(-1)).toBe(connection);
  expect(connection?.disposed()).toBe(false);
});
