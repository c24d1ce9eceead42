// `keepline/call-centre`: the events of a call centre, as types: what the option `validate` knows, and what
// the demo speaks. Nothing runs here, and no other application needs it.
export type * from './generated/events.js';
