// Which events the hooks know: the catalogue's, or an application's own.
//
// Types only.
import type { KeeplineEvents } from '../client/types.js';

/**
 * An application with other events declares them once, and every hook knows them:
 *
 *     declare module 'keepline/react' {
 *       interface Register { events: MyEvents }
 *     }
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications add their member by augmentation.
export interface Register {}

export type RegisteredEvents = Register extends { events: infer Events } ? Events : KeeplineEvents;
