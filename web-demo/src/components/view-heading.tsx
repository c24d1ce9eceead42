/**
 * The heading of a view, heard and not seen. Where another view takes its place, the focus goes to it:
 * what had the focus is gone, and the next Tab should not begin at the browser's own bar.
 */
import { type ReactNode, useEffect, useRef } from 'react';

/** The first view of a page takes the focus from nobody. */
let isFirst = true;

export function ViewHeading({ children }: { readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst && document.activeElement === document.body) heading.current?.focus();
    isFirst = false;
  }, []);
  return (
    <h1 ref={heading} className="visually-hidden" tabIndex={-1} data-testid="view-heading">
      {children}
    </h1>
  );
}
