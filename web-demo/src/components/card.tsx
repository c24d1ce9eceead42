/** A titled region of the desk. */
import { type ReactNode, useId } from 'react';

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
