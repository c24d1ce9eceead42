/**
 * Buttons that break this user's network on purpose, and the ones that mend it. Each says what will
 * be seen before it is pressed.
 */
import { useWebSocket } from 'keepline/react';
import { HeartPulse, RotateCw } from 'lucide-react';
import { useId } from 'react';
import { Card } from '../components/card.js';
import { type Deed, faultGroups, LATENCIES_MS, type Toggle } from './faults.js';
import { type Faults, useFaults } from './use-faults.js';

export function NetworkPanel({ userId }: { readonly userId: string }) {
  const { reconnect } = useWebSocket();
  const faults = useFaults(userId);
  return (
    <Card title="Break the network" testId="network-panel" aside="for you alone">
      <div className="mending">
        <button
          type="button"
          className="button button-primary"
          data-testid="network-heal"
          onClick={faults.mend}
        >
          <HeartPulse size={16} aria-hidden="true" />
          Mend all
        </button>
        <button
          type="button"
          className="button"
          title="Dials at once, whatever the connection waits for."
          data-testid="network-retry"
          onClick={reconnect}
        >
          <RotateCw size={16} aria-hidden="true" />
          Retry now
        </button>
        <p className="network-said" role="status" data-testid="network-said">
          {faults.said}
        </p>
      </div>
      {faultGroups.map(({ title, faults: listed }) => (
        <fieldset key={title} className="fault-group">
          <legend>{title}</legend>
          <div className="faults">
            {listed.map((fault) => (
              <FaultButton key={fault.name} fault={fault} faults={faults} />
            ))}
          </div>
        </fieldset>
      ))}
      <LatencyChoice faults={faults} />
    </Card>
  );
}

interface FaultButtonProps {
  readonly fault: Deed | Toggle;
  readonly faults: Faults;
}

/** The whole tile is the button's; its name is the label alone, and the hint describes it. */
function FaultButton({ fault, faults }: FaultButtonProps) {
  const hint = useId();
  return (
    <div className="fault">
      <button
        type="button"
        className="fault-button"
        aria-describedby={hint}
        aria-pressed={fault.kind === 'toggle' ? faults.isOn(fault.name) : undefined}
        data-testid={`network-${fault.name}`}
        onClick={() => faults.press(fault)}
      >
        {fault.label}
      </button>
      <p id={hint} className="fault-hint">
        {fault.hint}
      </p>
    </div>
  );
}

function LatencyChoice({ faults }: { readonly faults: Faults }) {
  const name = useId();
  return (
    <fieldset className="fault-group">
      <legend>Latency each way: seen in the round trips above</legend>
      <div className="segments">
        {LATENCIES_MS.map((ms) => (
          <label key={ms} className="segment">
            <input
              type="radio"
              name={name}
              checked={faults.latencyMs === ms}
              data-testid={`network-latency-${ms}`}
              onChange={() => faults.delay(ms)}
            />
            <span>{ms === 0 ? 'none' : ms < 1000 ? `${ms} ms` : `${ms / 1000} s`}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
