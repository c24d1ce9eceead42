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
}

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
  };
  const known = new Set(done.map(({ life, key }) => `${life} ${key}`));
  for (const { key, outcome, by } of endings) {
    verdict.outcomes[outcome] = (verdict.outcomes[outcome] ?? 0) + 1;
    if (by !== null && complete.has(by) && !known.has(`${by} ${key}`)) verdict.neverApplied += 1;
  }
  return verdict;
}

export const isCleanOfSends = (verdict: SendVerdict): boolean =>
  verdict.appliedTwice + verdict.neverApplied + verdict.endedTwice === 0;
