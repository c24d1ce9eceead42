// Names that server and clients spell alike. Apart from the rest of the wire, which browsers lack.

/** The channel of clients that have channels. */
export const channel = 'desk';
