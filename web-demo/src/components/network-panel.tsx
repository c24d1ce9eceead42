/**
 * Buttons that break this user's network on purpose, and the ones that mend it. The server does the
 * breaking.
 */
import { useWebSocket } from 'keepline/react';
import { useState } from 'react';
import { postJson } from '../http.js';
import { Card } from './card.js';

interface Fault {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Said until something else is. */
  readonly said: string;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'drop',
    label: 'Drop the link',
    hint: 'Cuts the socket without a word, as a lost route does.',
    path: '/dev/network/drop',
    said: 'The link was cut.',
  },
  {
    name: 'refuse',
    label: 'Refuse for 10 s',
    hint: 'Cuts the link and turns dials away for ten seconds.',
    path: '/dev/network/refuse',
    body: { seconds: 10 },
    said: 'Dials are turned away for 10 s.',
  },
  {
    name: 'stall',
    label: 'Stall the link',
    hint: 'The socket stays open and nothing passes: only a heartbeat finds out.',
    path: '/dev/network/stall',
    body: { on: true },
    said: 'The link is stalled. The next heartbeat notices, within 40 s.',
  },
  {
    name: 'restart',
    label: 'Restart the server',
    hint: 'Everybody is sent away with a hint when to return; nobody answers for three seconds.',
    path: '/dev/network/restart',
    body: { seconds: 3 },
    said: 'The server restarts.',
  },
  {
    name: 'expire',
    label: 'Expire my token',
    hint: 'The token is refused; a new one will do.',
    path: '/dev/network/expire',
    said: 'The token expired.',
  },
  {
    name: 'revoke',
    label: 'Revoke my access',
    hint: 'No token of yours is good until everything is mended.',
    path: '/dev/network/revoke',
    body: { on: true },
    said: 'Access is revoked. Mend everything, then retry.',
  },
  {
    name: 'heal',
    label: 'Mend everything',
    hint: 'Ends every fault of yours.',
    path: '/dev/network/heal',
    said: 'Everything is mended.',
  },
];

export function NetworkPanel({ userId }: { readonly userId: string }) {
  const { reconnect } = useWebSocket();
  const [said, setSaid] = useState('');
  const cause = async (fault: Fault) => {
    try {
      await postJson(fault.path, { user: userId, ...fault.body });
      if (fault.name === 'refuse') await postJson('/dev/network/drop', { user: userId });
      setSaid(fault.said);
    } catch {
      setSaid('The server did not do it: it is away, or the panel is switched off.');
    }
  };
  return (
    <Card title="Break the network" testId="network-panel">
      <div className="faults">
        {FAULTS.map((fault) => (
          <button
            key={fault.name}
            type="button"
            className="button"
            title={fault.hint}
            data-testid={`network-${fault.name}`}
            onClick={() => void cause(fault)}
          >
            {fault.label}
          </button>
        ))}
        <button
          type="button"
          className="button button-primary"
          title="Dials at once, whatever the connection waits for."
          data-testid="network-retry"
          onClick={reconnect}
        >
          Retry now
        </button>
      </div>
      <p className="quiet" role="status" data-testid="network-said">
        {said}
      </p>
    </Card>
  );
}
