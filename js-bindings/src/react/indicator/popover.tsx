// The panel as a popover: where it goes and how it is dismissed. Loaded when first opened, with the
// library that does this work.
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
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { type PanelProps, panelAttributes } from './panel.js';

const gapPx = 8;

export function PopoverPanel(props: PanelProps): ReactNode {
  const [panel, setPanel] = useState<HTMLDivElement | null>(null);
  const { context, floatingStyles, isPositioned } = useFloating({
    open: true,
    onOpenChange: (open) => {
      if (!open) props.onClose();
    },
    elements: { reference: props.anchor.current, floating: panel },
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
  // Escape is heard by use-escape.ts, with and without this library.
  const dismiss = useDismiss(context, { escapeKey: false });
  const { getFloatingProps } = useInteractions([dismiss]);
  useLayoutEffect(() => raiseToTopLayer(panel), [panel]);

  return (
    <div
      {...getFloatingProps()}
      {...panelAttributes(props)}
      ref={setPanel}
      data-positioned={isPositioned}
      style={floatingStyles}
    >
      {props.children}
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
