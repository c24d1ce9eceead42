// The status indicator: says in a word whether what is on the screen is live, and on request why.
//
// It shows what the connection says, without its flicker, and decides nothing about the connection.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Status } from '../../client/types.js';
import { useLink } from '../context.js';
import { useLinkStatus } from '../hooks.js';
import { StatusDetails } from './details.js';
import { displayOf } from './display.js';
import { StateIcon } from './icons.js';
import { completeLabels, type IndicatorLabels, type ReplacedLabels } from './labels.js';
import { RetryButton } from './retry-button.js';
import type { SteadyStatus } from './steady-status.js';
import { useDisclosure } from './use-disclosure.js';
import { usePanel } from './use-panel.js';
import { useSteadyStatus } from './use-steady-status.js';

export interface WebSocketStatusIndicatorProps {
  /** Replaces words one by one. */
  readonly labels?: ReplacedLabels | undefined;
  readonly className?: string | undefined;
}

/** Needs the stylesheet `keepline/react/style.css`, once. */
export function WebSocketStatusIndicator(props: WebSocketStatusIndicatorProps): ReactNode {
  const link = useLink('WebSocketStatusIndicator');
  const steady = useSteadyStatus(useLinkStatus(link));
  const { shown } = steady;
  const labels = completeLabels(props.labels);
  const display = displayOf(shown);
  const stateLabel = labels.states[display];

  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [Panel, bringPanel] = usePanel();
  const { open, close, onPress, zoneProps } = useDisclosure(button, bringPanel);
  const expanded = open && Panel !== null;
  const retryPlace = useRetryPlace(shown, expanded);

  const retry = (place: RetryPlace): ReactNode =>
    retryPlace.at === place && (
      <RetryButton
        label={labels.retry}
        offered={wantedRetryPlace(shown) !== null}
        onRetry={() => link.connection()?.reconnect()}
        onHeld={(held) => retryPlace.hold(held ? place : null)}
      />
    );

  return (
    <div
      className={props.className ? `keepline-indicator ${props.className}` : 'keepline-indicator'}
      data-state={display}
      data-settled={steady.settled}
    >
      <div className="keepline-zone" {...zoneProps}>
        <button
          ref={button}
          type="button"
          className="keepline-button"
          aria-label={`${labels.connection}: ${stateLabel}`}
          aria-expanded={expanded}
          aria-controls={expanded ? id : undefined}
          onClick={onPress}
        >
          <StateIcon state={display} />
          <span className="keepline-label">{stateLabel}</span>
        </button>
        {expanded && (
          <Panel id={id} label={labels.connection} anchor={button} onClose={close}>
            <StatusDetails link={link} status={shown} labels={labels} retry={retry('inside')} />
          </Panel>
        )}
      </div>
      {retry('outside')}
      <Announcer steady={steady} labels={labels} />
    </div>
  );
}

type RetryPlace = 'outside' | 'inside';

/** Beside the button where nothing happens by itself any more; else among the details. */
function wantedRetryPlace(status: Status): RetryPlace | null {
  const display = displayOf(status);
  if (!status.canRetry || display === 'connected') return null;
  return display === 'disconnected' ? 'outside' : 'inside';
}

/** Where Retry is: one that has focus stays where it is, whatever the state becomes. */
function useRetryPlace(status: Status, expanded: boolean) {
  const [held, hold] = useState<RetryPlace | null>(null);
  useEffect(() => {
    if (!expanded) hold((place) => (place === 'inside' ? null : place));
  }, [expanded]);
  return { at: held ?? wantedRetryPlace(status), hold };
}

interface AnnouncerProps {
  readonly steady: SteadyStatus;
  readonly labels: IndicatorLabels;
}

/** Tells screen readers of states that have settled, once each, and of nothing in between. */
function Announcer({ steady, labels }: AnnouncerProps): ReactNode {
  const [announced, setAnnounced] = useState<Status | null>(null);
  const { shown, settled } = steady;
  useEffect(() => {
    if (!settled) return;
    setAnnounced((before) =>
      before && displayOf(before) === displayOf(shown) && before.reason === shown.reason
        ? before
        : shown,
    );
  }, [settled, shown]);
  return (
    <span role="status" className="keepline-visually-hidden">
      {announced && labels.announcement(labels.states[displayOf(announced)], announced.error)}
    </span>
  );
}
