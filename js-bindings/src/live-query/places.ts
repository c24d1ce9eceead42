// Places in a server's event log, as far as two of them can be compared.

/** `epoch` is null where only the number is known. */
export interface Place {
  readonly epoch: string | null;
  readonly seq: number;
}

/** Null for what is no position `<epoch>.<seq>`. */
export function readPlace(position: unknown): Place | null {
  const found = typeof position === 'string' && /^([\w-]{1,16})\.(0|[1-9]\d{0,15})$/.exec(position);
  return found ? { epoch: found[1] as string, seq: Number(found[2]) } : null;
}

/** Whether all up to `floor` is in what was said `at`: not where their numbers are of different logs. */
export function reaches(at: Place, floor: Place): boolean {
  const comparable = at.epoch === null || floor.epoch === null || at.epoch === floor.epoch;
  return comparable && at.seq >= floor.seq;
}
