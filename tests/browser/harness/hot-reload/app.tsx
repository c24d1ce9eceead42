// A provider as an application has it, in a component that is edited while it runs.
import { RealtimeProvider, useEvent, useWebSocket } from 'keepline/react';
import { useState } from 'react';

const user = new URLSearchParams(location.search).get('user');

async function getToken(): Promise<string> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user }),
  });
  return ((await response.json()) as { token: string }).token;
}

const options = { getToken };

function Calls() {
  const { status } = useWebSocket();
  const [calls, setCalls] = useState(0);
  useEvent('new_call', () => setCalls((before) => before + 1));
  return (
    <p data-testid="phase" data-calls={calls}>
      {status.phase}
    </p>
  );
}

export function App() {
  return (
    <RealtimeProvider options={options} identity={user}>
      <h1>First edition</h1>
      <Calls />
    </RealtimeProvider>
  );
}
