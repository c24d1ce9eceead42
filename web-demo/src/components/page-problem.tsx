/** Stands where the page would otherwise be empty, and says why and what to do. */
export function PageProblem({ error }: { readonly error: unknown }) {
  return (
    <main className="sign-in">
      <div className="sign-in-card" role="alert" data-testid="page-error">
        <h1>The page stopped</h1>
        <p className="problem">{explain(error)}</p>
        <a className="button" href="/">
          Start again
        </a>
      </div>
    </main>
  );
}

function explain(error: unknown): string {
  // This is how every browser words a request that got no answer, each in its own words.
  if (error instanceof TypeError) {
    return 'The server did not answer. Start it with npm start, then try again.';
  }
  return error instanceof Error ? error.message : String(error);
}
