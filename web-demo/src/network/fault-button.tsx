/** One thing that can be broken, with what will be seen. */
import { useId } from 'react';
import type { Deed, FaultGroup, Toggle } from './faults.js';
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

interface FaultGroupsProps {
  readonly groups: readonly FaultGroup[];
  readonly faults: Faults;
}

/** All of a panel, under their titles. */
export function FaultGroups({ groups, faults }: FaultGroupsProps) {
  return groups.map(({ title, faults: listed }) => (
    <fieldset key={title} className="fault-group">
      <legend>{title}</legend>
      <div className="faults">
        {listed.map((fault) => (
          <FaultButton key={fault.name} fault={fault} faults={faults} />
        ))}
      </div>
    </fieldset>
  ));
}
