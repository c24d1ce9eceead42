// Where an element is: in which window, below which root, and what lies over it.
//
// An application may put the indicator into a shadow root, or into a window that it has opened. What
// this script calls `document`, `window` and `setTimeout` is then somebody else's.

type View = Window & typeof globalThis;

/** The window that shows `element`, which keeps time and has a clipboard while that window is used. */
export function viewOf(element: Element | null): View | typeof globalThis {
  const owner = element?.ownerDocument;
  const isElsewhere = owner && owner !== globalThis.document;
  return ((isElsewhere && owner.defaultView) as View | null | false) || globalThis;
}

/** Calls `run` once, on the clock of the window that shows `element`; the result calls it off. */
export function startTimer(element: Element | null, ms: number, run: () => void): () => void {
  const view = viewOf(element);
  const timer = view.setTimeout(run, ms);
  return () => view.clearTimeout(timer);
}

/** What has the focus in the tree that `element` is part of; a document knows only of a tree's host. */
export function focusedBeside(element: Element): Element | null {
  return rootOf(element)?.activeElement ?? null;
}

/** Whether a layer lies over the middle of `element`, as that of a dialog which was opened after it. */
export function isCovered(element: Element): boolean {
  const { left, top, width, height } = element.getBoundingClientRect();
  const uppermost = rootOf(element)?.elementFromPoint?.(left + width / 2, top + height / 2);
  return Boolean(uppermost) && !element.contains(uppermost as Element);
}

function rootOf(element: Element): DocumentOrShadowRoot | null {
  const root = element.getRootNode();
  // What is in no document has a root that knows nothing of focus.
  return 'activeElement' in root ? (root as unknown as DocumentOrShadowRoot) : null;
}
