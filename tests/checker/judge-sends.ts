// Whether each message that was sent came to one end, and was done once by each server that did it. Pure.

export interface Done {
  /** One process of the server: another knows nothing of it. */
  readonly life: string;
  readonly key: string;
  readonly times: number;
}

/** How a message ended at its client; `by`: the life that did it, as it says itself. */
export interface Ending {
  readonly key: string;
  readonly outcome: string;
  readonly by: string | null;
}

export interface SendVerdict {
  sent: number;
  readonly outcomes: Record<string, number>;
  /** Done more than once by one server. */
  appliedTwice: number;
  /** Said to be done by a server that never did it. */
  neverApplied: number;
  /** Ended more than once. */
  endedTwice: number;
  /** Said never to have been sent, and done all the same. */
  deniedAndDone: number;
  /** Nobody could say what became of it, though the server that it was sent to is there. */
  unsettled: number;
}

/** `unsettled`: it was sent, and asking about it led to nothing. All others but `done` were never sent. */
const mayBeDone: ReadonlySet<string> = new Set([
  'done',
  'rejected',
  'unsettled',
  // What was under way was the former user's, and is nobody's any more.
  'identity_changed',
]);

export const sendFaultKinds = [
  'appliedTwice',
  'neverApplied',
  'endedTwice',
  'deniedAndDone',
  'unsettled',
] as const;

/** `complete`: the lives whose books are whole, since they were not killed. */
export function judgeSends(
  endings: readonly Ending[],
  done: readonly Done[],
  complete: ReadonlySet<string>,
): SendVerdict {
  const verdict: SendVerdict = {
    sent: endings.length,
    outcomes: {},
    appliedTwice: done.filter(({ times }) => times > 1).length,
    neverApplied: 0,
    endedTwice: endings.length - new Set(endings.map(({ key }) => key)).size,
    deniedAndDone: 0,
    unsettled: 0,
  };
  const doneByAny = new Set(done.map(({ key }) => key));
  const known = new Set(done.map(({ life, key }) => `${life} ${key}`));
  for (const { key, outcome, by } of endings) {
    verdict.outcomes[outcome] = (verdict.outcomes[outcome] ?? 0) + 1;
    if (!mayBeDone.has(outcome) && doneByAny.has(key)) verdict.deniedAndDone += 1;
    if (outcome === 'unsettled') verdict.unsettled += 1;
    if (by !== null && complete.has(by) && !known.has(`${by} ${key}`)) verdict.neverApplied += 1;
  }
  return verdict;
}

export const isCleanOfSends = (verdict: SendVerdict): boolean =>
  sendFaultKinds.every((kind) => verdict[kind] === 0);
