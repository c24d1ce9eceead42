// Whether each message that was sent came to one end, and was done once by each server that did it. Pure.

export interface Done {
  /** One process of the server. */
  readonly life: string;
  readonly key: string;
  /** Wall-clock ms. */
  readonly times: readonly number[];
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
  /** Done more than once by those who know of each other. */
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

/** What was done is on its way to be remembered for so long. */
const slackMs = 1500;

export const sendFaultKinds = [
  'appliedTwice',
  'neverApplied',
  'endedTwice',
  'deniedAndDone',
  'unsettled',
] as const;

export interface SendBooks {
  readonly endings: readonly Ending[];
  readonly done: readonly Done[];
  /** The lives whose books are whole, since they were not killed. */
  readonly complete: ReadonlySet<string>;
  /**
   * When what was done may have been forgotten, wall-clock ms; null where each process knows of itself alone.
   */
  readonly forgot: readonly number[] | null;
}

export function judgeSends({ endings, done, complete, forgot }: SendBooks): SendVerdict {
  const verdict: SendVerdict = {
    sent: endings.length,
    outcomes: {},
    appliedTwice: countTwice(done, forgot),
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

function countTwice(done: readonly Done[], forgot: SendBooks['forgot']): number {
  const knowing = new Map<string, number[]>();
  for (const { life, key, times } of done) {
    const name = forgot ? key : `${life} ${key}`;
    knowing.set(name, [...(knowing.get(name) ?? []), ...times]);
  }
  const isForgotten = (from: number, to: number) =>
    forgot?.some((moment) => moment >= from - slackMs && moment <= to + slackMs) ?? false;
  return [...knowing.values()].filter((times) => {
    times.sort((a, b) => a - b);
    return times.some((to, at) => {
      const from = times[at - 1];
      return from !== undefined && !isForgotten(from, to);
    });
  }).length;
}

export const isCleanOfSends = (verdict: SendVerdict): boolean =>
  sendFaultKinds.every((kind) => verdict[kind] === 0);
