// What an application registers once, so that every connection, hook and double knows its types.
//
// Types only.

/**
 * An application declares its events, and what it sends, once:
 *
 *     declare module 'keepline' {
 *       interface Register { events: MyEvents; messages: MyMessages; results: MyResults }
 *     }
 *
 * `createConnection()`, `Connection`, the hooks of `keepline/react` and the double of `keepline/test` know
 * them from then on. A member that is left out allows any name, with data that is unknown.
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications add their members by augmentation.
export interface Register {}

/** The map from event types to payloads that was registered. */
export type RegisteredEvents = Register extends { events: infer Events }
  ? Events
  : Record<string, unknown>;

/** The map from message types to their data that was registered. */
export type RegisteredMessages = Register extends { messages: infer Messages }
  ? Messages
  : Record<string, unknown>;

/** The map from message types to what the server makes of them that was registered. */
export type RegisteredResults = Register extends { results: infer Results } ? Results : unknown;
