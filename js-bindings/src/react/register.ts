// What an application registered: one `Register` for the connection and for the hooks.
//
// Types only. `declare module 'keepline/react' { interface Register { … } }` adds to the same one.
export type {
  Register,
  RegisteredEvents,
  RegisteredMessages,
  RegisteredResults,
} from '../client/register.js';
