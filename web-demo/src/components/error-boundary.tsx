/**
 * Says what went wrong where the page would otherwise be empty: an option in the address bar that
 * the package refuses, say.
 */
import { Component, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly message: string | null;
}

// React offers boundaries to classes alone.
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { message: null };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <main className="sign-in">
        <div className="sign-in-card" role="alert" data-testid="page-error">
          <h1>The page stopped</h1>
          <p className="problem">{this.state.message}</p>
          <a href="/">Start again</a>
        </div>
      </main>
    );
  }
}
