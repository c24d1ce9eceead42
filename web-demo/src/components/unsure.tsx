/** Said of what may have changed while nobody listened, until an event or the server says how it is. */
export function Unsure({ testId }: { readonly testId: string }) {
  return (
    <span className="row-note" data-testid={testId}>
      Not heard of since the link was down
    </span>
  );
}
