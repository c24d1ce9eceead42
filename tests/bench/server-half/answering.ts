// A process of the benchmark that answers its parent's questions by name. Knows none of them.

export type Answers = Readonly<Record<string, (given: never) => unknown>>;

export interface Question {
  readonly number: number;
  readonly name: string;
  readonly given: unknown;
}

export interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly failure?: string;
}

/** Answers from now on, and ends with the parent, whose last word may never come. */
export function answer(answers: Answers): void {
  process.on('message', (question: Question) => void reply(answers, question));
  process.once('disconnect', () => process.exit(0));
  process.send?.({ number: 0 } satisfies Answer);
}

async function reply(answers: Answers, { number, name, given }: Question): Promise<void> {
  try {
    const value = await answers[name]?.(given as never);
    process.send?.({ number, value } satisfies Answer);
  } catch (reason) {
    const failure = reason instanceof Error ? reason.message : String(reason);
    process.send?.({ number, failure } satisfies Answer);
  }
}

/** Of the machine and not of a process: what two processes read may be compared. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
