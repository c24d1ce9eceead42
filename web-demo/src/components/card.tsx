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
