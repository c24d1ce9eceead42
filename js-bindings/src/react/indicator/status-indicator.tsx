// The status indicator: says in a word whether what is on the screen is live, and on request why.
//
// It shows what the connection says, without its flicker, and decides nothing about the connection.
import { type ReactNode, useId, useRef, useState } from 'react';
import type { Status } from '../../client/types.js';
import { useLink } from '../context.js';
import { isDevelopmentBuild } from './build-mode.js';
import { type Reader, StatusDetails } from './details.js';
import { displayOf, shownError } from './display.js';
import { StateIcon } from './icons.js';
import { completeLabels, type IndicatorLabels, type ReplacedLabels } from './labels.js';
import { ownEvents } from './own-events.js';
import { RetryButton } from './retry-button.js';
import type { SteadyStatus } from './steady-status.js';
import { useDisclosure } from './use-disclosure.js';
import { useEscape } from './use-escape.js';
import { usePanel } from './use-panel.js';
import { useSteadyStatus } from './use-steady-status.js';

export interface WebSocketStatusIndicatorProps {
  /**
   * A language of `keepline/react/labels/…`, or words one by one; what is left out is English. See
   * `IndicatorLabels` for each of them.
   */
  readonly labels?: ReplacedLabels | undefined;
  /**
   * Whom the details are for. A `'person'` is told what happened and what it means; a `'developer'` also
   * the remedy, kind, code and detail of an error, the server's address and its environment. Left out,
   * it is `'developer'` in development builds only. "Copy diagnostics" always has everything.
   */
  readonly details?: Reader | undefined;
  /** Further classes of the outermost element. */
  readonly className?: string | undefined;
}

/** Needs the stylesheet `keepline/react/style.css`, once. */
export function WebSocketStatusIndicator(props: WebSocketStatusIndicatorProps): ReactNode {
  const link = useLink('WebSocketStatusIndicator');
  const button = useRef<HTMLButtonElement>(null);
  const steady = useSteadyStatus(link, button);
  const { shown } = steady;
  const labels = completeLabels(props.labels);
  const reader = props.details ?? (isDevelopmentBuild() ? 'developer' : 'person');
  const display = displayOf(shown);
  const stateLabel = labels.states[display];

  const id = useId();
  const [Panel, bringPanel] = usePanel(button);
  const { open, close, onPress, zoneProps } = useDisclosure(button, bringPanel);
  const expanded = open && Panel !== null;
  useEscape({ button, open, shown: expanded, close });
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
      {...ownEvents}
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
            <StatusDetails
              link={link}
              status={shown}
              labels={labels}
              reader={reader}
              retry={retry('inside')}
              anchor={button}
            />
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
  const isLinked = display === 'connected' || display === 'catching_up';
  if (!status.canRetry || isLinked) return null;
  return display === 'disconnected' ? 'outside' : 'inside';
}

/** Where Retry is: one that has focus stays where it is, whatever the state becomes. */
function useRetryPlace(status: Status, expanded: boolean) {
  const [held, hold] = useState<RetryPlace | null>(null);
  // One that was among the details has gone with them, and its focus too.
  if (held === 'inside' && !expanded) hold(null);
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
  const isNews =
    !announced || displayOf(announced) !== displayOf(shown) || announced.reason !== shown.reason;
  if (settled && isNews) setAnnounced(shown);
  return (
    <span role="status" className="keepline-visually-hidden">
      {announced && labels.announcement(labels.states[displayOf(announced)], shownError(announced))}
    </span>
  );
}
