/** One thing that can be broken, with what will be seen. */
import { useId } from 'react';
import type { Deed, Toggle } from './faults.js';
import type { Faults } from './use-faults.js';

interface FaultButtonProps {
  readonly fault: Deed | Toggle;
  readonly faults: Faults;
}

/** The whole tile is the button's; its name is the label alone, and the hint describes it. */
export function FaultButton({ fault, faults }: FaultButtonProps) {
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
