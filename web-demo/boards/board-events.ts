/** The events that boards are made of, wherever they were heard. */
import type { KeeplineEvents } from 'keepline/call-centre';

/** The call centre's catalogue, and what this desk hears beside it. */
export interface DeskEvents extends KeeplineEvents {
  /** The user's own note, as the server has it. */
  desk_note: { readonly noteId: string; readonly text: string; readonly notedAt: string };
}

/** Narrows by its `type`. */
export type BoardEvent = {
  readonly [Type in keyof DeskEvents]: {
    readonly type: Type;
    readonly data: DeskEvents[Type];
    /** By the clock of whoever heard it. */
    readonly receivedAt: number;
  };
}[keyof DeskEvents];
