// A snapshot that is made of another one.

/**
 * Selects once from each value: a selection that makes a new object must not look like a change, or React
 * would render for ever.
 */
export function selectOnce<From, Selection>(
  get: () => From,
  select: (from: From) => Selection,
): () => Selection {
  let last: { readonly from: From; readonly selection: Selection } | null = null;
  return () => {
    const from = get();
    if (!last || !Object.is(last.from, from)) last = { from, selection: select(from) };
    return last.selection;
  };
}
