// From an application's map of events, or of messages, to the types of what it subscribes to and sends.
//
// Types only. A map that allows any name (`Record<string, unknown>`) allows any pattern and any message;
// one that names its types is closed, and another name is a type error.
import type { RealtimeEvent } from '../engine/event.js';

/** The names that a map spells out, where it allows others too. */
type KnownNames<Map> = keyof {
  [Name in keyof Map as string extends Name ? never : Name]: unknown;
} &
  string;

/** A known type (completed by the editor), a prefix `'import_*'`, or `'*'`; any type where the map is open. */
export type EventPattern<Events> = string extends keyof Events
  ? KnownNames<Events> | (string & {})
  : (keyof Events & string) | '*' | `${string}*`;

/** The types of a closed map that a pattern matches. */
type MatchingTypes<Events, Pattern extends string> = Pattern extends `${infer Prefix}*`
  ? Extract<keyof Events, `${Prefix}${string}`>
  : Extract<keyof Events, Pattern>;

/** One event for each type: `event.type` tells them apart. */
type EventsOf<Events, Type extends keyof Events> = Type extends string
  ? RealtimeEvent<Type, Events[Type]>
  : never;

/**
 * What a subscription to `Pattern` gets: of a known type its payload, of a prefix or `'*'` a union of what
 * matches. A server may also send what no map knows: `'*'` gets that, too.
 */
export type EventOf<Events, Pattern extends string> = string extends keyof Events
  ? RealtimeEvent<string, Events[Pattern & keyof Events]>
  : EventsOf<Events, MatchingTypes<Events, Pattern>>;

/** In the place of a handler, so that the compiler says it: no event would ever reach it. */
export type NoSuchEvent<Pattern extends string> = `no registered event matches '${Pattern}'`;

export type EventHandler<Events, Pattern extends string> = HandlerOf<
  EventOf<Events, Pattern>,
  EventOf<Events, Pattern>,
  Pattern
>;

/** The same for a subscription that takes many at once. */
export type BatchHandler<Events, Pattern extends string> = HandlerOf<
  EventOf<Events, Pattern>,
  readonly EventOf<Events, Pattern>[],
  Pattern
>;

type HandlerOf<Event, Given, Pattern extends string> = [Event] extends [never]
  ? NoSuchEvent<Pattern>
  : (given: Given) => void;

/** A message's type: one of the registered ones, or any. */
export type MessageType<Messages> = string extends keyof Messages
  ? KnownNames<Messages> | (string & {})
  : keyof Messages & string;
