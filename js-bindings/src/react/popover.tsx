'use client';
// The details in a popover: where it goes and how it is dismissed. Loaded when first opened, with
// the library that does this work.
import {
  autoUpdate,
  flip,
  offset,
  shift,
  size,
  useDismiss,
  useFloating,
  useInteractions,
} from '@floating-ui/react';
import { type ReactNode, type RefObject, useLayoutEffect, useState } from 'react';
import type { Status } from '../types.js';
import { StatusDetails } from './details.js';
import type { IndicatorLabels } from './labels.js';
import type { Link } from './link.js';

export interface StatusPopoverProps {
  readonly id: string;
  readonly anchor: RefObject<HTMLElement | null>;
  readonly link: Link;
  readonly status: Status;
  readonly labels: IndicatorLabels;
  readonly retry: ReactNode;
  readonly onClose: () => void;
}

const gapPx = 8;

export function StatusPopover(props: StatusPopoverProps): ReactNode {
  const { id, anchor, link, status, labels, retry, onClose } = props;
  const [panel, setPanel] = useState<HTMLDivElement | null>(null);
  const { context, floatingStyles, isPositioned } = useFloating({
    open: true,
    onOpenChange: (open) => {
      if (!open) onClose();
    },
    elements: { reference: anchor.current, floating: panel },
    placement: 'bottom-end',
    strategy: 'fixed',
    middleware: [
      offset(gapPx),
      flip({ padding: gapPx }),
      shift({ padding: gapPx }),
      size({
        padding: gapPx,
        apply: ({ availableHeight, elements }) => {
          elements.floating.style.maxHeight = `${Math.max(0, availableHeight)}px`;
        },
      }),
    ],
    whileElementsMounted: autoUpdate,
  });
  const { getFloatingProps } = useInteractions([useDismiss(context)]);

  useLayoutEffect(() => raiseToTopLayer(panel), [panel]);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups what is filled in.
    <div
      {...getFloatingProps()}
      ref={setPanel}
      id={id}
      role="group"
      aria-label={labels.connection}
      tabIndex={-1}
      className="keepline-panel"
      data-positioned={isPositioned}
      style={floatingStyles}
    >
      <StatusDetails link={link} status={status} labels={labels} retry={retry} />
    </div>
  );
}

/**
 * The top layer keeps the panel clear of clipping and stacking contexts, while it stays beside its
 * button in the order of focus and reading. Where there is none, the panel is positioned all the
 * same, and must not carry the attribute that would hide it.
 */
function raiseToTopLayer(panel: HTMLElement | null): void {
  if (!panel || typeof panel.showPopover !== 'function') return;
  panel.popover = 'manual';
  panel.showPopover();
}
