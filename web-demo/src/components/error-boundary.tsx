/** Says what went wrong where a mistake of ours would otherwise leave the page empty. */
import { Component, type ReactNode } from 'react';
import { PageProblem } from './page-problem.js';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error: unknown;
  readonly failed: boolean;
}

// React offers boundaries to classes alone.
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null, failed: false };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error, failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <PageProblem error={this.state.error} /> : this.props.children;
  }
}
