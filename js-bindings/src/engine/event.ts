// An event as every room knows it.
//
// Types only.

/** What a handler gets, whatever the wire calls the members. */
export interface RealtimeEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  /** Position in this user's stream, where the server numbers events. */
  readonly seq?: number;
  readonly id?: string;
  /** The sender's clock, ms since the epoch. */
  readonly ts?: number;
  /** This machine's clock, ms since the epoch. */
  readonly receivedAt: number;
}
