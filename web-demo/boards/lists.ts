/** Short lists that change in place: every board of the desk is one, and each has a bound. */

/** Puts `item` first, instead of one that `isSame` finds, and lets the oldest go. */
export function putFirst<Item>(
  list: readonly Item[],
  item: Item,
  isSame: (other: Item) => boolean,
  max: number,
): readonly Item[] {
  return [item, ...list.filter((other) => !isSame(other))].slice(0, max);
}

/** The same list where nothing is meant, so that what shows it need not render. */
export function change<Item>(
  list: readonly Item[],
  isIt: (item: Item) => boolean,
  changed: (item: Item) => Item,
): readonly Item[] {
  return list.some(isIt) ? list.map((item) => (isIt(item) ? changed(item) : item)) : list;
}

/** What was given, without the members that were not: an update names only what it changes. */
export function given<Shape extends object>(shape: Shape): Partial<Shape> {
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Shape>;
}
