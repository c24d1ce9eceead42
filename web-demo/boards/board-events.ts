/** The events that boards are made of, wherever they were heard. */
import type { KeeplineEvents } from 'keepline/call-centre';

/** Narrows by its `type`. */
export type BoardEvent = {
  readonly [Type in keyof KeeplineEvents]: {
    readonly type: Type;
    readonly data: KeeplineEvents[Type];
    /** By the clock of whoever heard it. */
    readonly receivedAt: number;
  };
}[keyof KeeplineEvents];
