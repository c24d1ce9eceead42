// The element that holds the details, and its plain form for where no library could be loaded:
// a broken network is the time when a person opens it first.
import type { ComponentType, ReactNode, RefObject } from 'react';

export interface PanelProps {
  readonly id: string;
  readonly label: string;
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export type Panel = ComponentType<PanelProps>;

/** What any form of the panel is to assistive technology and to the stylesheet. */
export function panelAttributes({ id, label }: PanelProps) {
  return {
    id,
    role: 'group',
    'aria-label': label,
    // A press inside takes the focus here rather than away, so that text can be selected.
    tabIndex: -1,
    className: 'keepline-panel',
  } as const;
}

/** Stands below its button, wherever that leads. */
export function PlainPanel(props: PanelProps): ReactNode {
  return (
    <div {...panelAttributes(props)} data-plain>
      {props.children}
    </div>
  );
}
