/**
 * Buttons that break this user's network on purpose, and the ones that mend it. Each says what will
 * be seen before it is pressed.
 */
import { useWebSocket } from 'keepline/react';
import { HeartPulse, RotateCw } from 'lucide-react';
import { useId, useState } from 'react';
import { FoldingCard } from '../components/card.js';
import { FaultGroups } from './fault-button.js';
import { faultGroups, LATENCIES_MS, REFUSALS_SECONDS } from './faults.js';
import { useFaults } from './use-faults.js';

export function NetworkPanel({ userId }: { readonly userId: string }) {
  const { reconnect, isConnected, status } = useWebSocket();
  const faults = useFaults(userId);
  const [refuseSeconds, setRefuseSeconds] = useState(10);
  // Faults that are gone do not bring back a link that was given up, or wait out its turn.
  const mend = () =>
    faults.mend(() => {
      if (isConnected) return faults.say('Everything is mended.');
      faults.say('Everything is mended, and the link is dialled anew.');
      reconnect();
    });
  const retry = () => {
    if (!isConnected || status.unproven || faults.isOn('stall')) return reconnect();
    faults.say('The link is live: there is nothing to retry.');
  };
  return (
    <FoldingCard title="Break the network" testId="network-panel" aside="for you alone">
      <div className="mending">
        <button
          type="button"
          className="button button-primary"
          data-testid="network-heal"
          onClick={mend}
        >
          <HeartPulse size={16} aria-hidden="true" />
          Mend all
        </button>
        <button
          type="button"
          className="button"
          title="Where the link is down: dials at once, whatever it waits for."
          data-testid="network-retry"
          onClick={retry}
        >
          <RotateCw size={16} aria-hidden="true" />
          Retry now
        </button>
        <p className="network-said" role="status" data-testid="network-said">
          {faults.said}
        </p>
      </div>
      <div className="fault-groups">
        <FaultGroups groups={faultGroups(refuseSeconds)} faults={faults} />
        <Choice
          title="Time of a refusal"
          name="refuse-for"
          values={REFUSALS_SECONDS}
          chosen={refuseSeconds}
          word={(seconds) => (seconds < 60 ? `${seconds} s` : `${seconds / 60} min`)}
          onChoose={setRefuseSeconds}
        />
        <Choice
          title="Latency each way: seen in the round trips above"
          name="latency"
          values={LATENCIES_MS}
          chosen={faults.latencyMs}
          word={(ms) => (ms === 0 ? 'none' : ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)}
          onChoose={faults.delay}
        />
      </div>
    </FoldingCard>
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly name: string;
  readonly values: readonly number[];
  readonly chosen: number;
  readonly word: (value: number) => string;
  readonly onChoose: (value: number) => void;
}

function Choice({ title, name, values, chosen, word, onChoose }: ChoiceProps) {
  const group = useId();
  return (
    <fieldset className="fault-group">
      <legend>{title}</legend>
      <div className="segments">
        {values.map((value) => (
          <label key={value} className="segment">
            <input
              type="radio"
              name={group}
              checked={chosen === value}
              data-testid={`network-${name}-${value}`}
              onChange={() => onChoose(value)}
            />
            <span>{word(value)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
