/** A titled region of the desk. */
import { type ReactNode, useId, useState } from 'react';

/** Where the stylesheets go over to one column with less around it. */
const SMALL = '(max-width: 35.99rem)';

export interface CardProps {
  readonly title: string;
  readonly testId: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Card({ title, testId, aside, children }: CardProps) {
  const heading = useId();
  return (
    <section className="card" aria-labelledby={heading} data-testid={testId}>
      <div className="card-head">
        <h2 id={heading}>{title}</h2>
        {aside && <div className="card-aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** For what a small screen has no room for unasked: folded there until somebody opens it. */
export function FoldingCard({ title, testId, aside, children }: CardProps) {
  const heading = useId();
  const [isRoomy] = useState(() => !matchMedia(SMALL).matches);
  return (
    <section className="card" aria-labelledby={heading} data-testid={testId}>
      <details open={isRoomy}>
        <summary className="card-head">
          <h2 id={heading}>{title}</h2>
          {aside && <div className="card-aside">{aside}</div>}
        </summary>
        {children}
      </details>
    </section>
  );
}

export interface EmptyProps {
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** What stands where nothing has come yet: what will, and what brings it. */
export function Empty({ icon, children }: EmptyProps) {
  return (
    <div className="empty">
      {icon}
      <p>{children}</p>
    </div>
  );
}
