// Names that server and clients spell alike. Apart from the rest of the wire, which browsers lack.

/** The channel of clients that have channels. */
export const channel = 'desk';

/** Set by a page that has seen its last event: a trace knows its thread by it. */
export const endMark = 'bench: the last event';
