// Why a message was not sent, and what to do then.

export interface SendErrorText {
  /** What happened. */
  readonly message: string;
  /** What to do next. */
  readonly remedy: string;
}

export const sendTexts = {
  queue_full: {
    message: 'The queue is full.',
    remedy: 'Send less while the link is down, or raise `queue`.',
  },
  expired: {
    message: 'No usable link came within the time to live.',
    remedy: 'Send again, or raise `ttlMs`.',
  },
  too_big: {
    message: 'The message is larger than `maxMessageBytes`, or `queue.maxBytes`, allows.',
    remedy: 'Send less at once, or raise the option.',
  },
  not_serialisable: {
    message: 'The message cannot be written as JSON.',
    remedy:
      'Send a type of 1 to 64 bytes and data without functions, BigInt, cycles or a bare undefined.',
  },
  disconnected: {
    message: 'The connection was closed or nobody is signed in.',
    remedy: 'Connect first, then send.',
  },
  reserved_type: {
    message: 'The type is a word of the protocol that the server speaks.',
    remedy: 'Send it under another name.',
  },
  identity_changed: {
    message: 'Another user signed in before the message went out.',
    remedy: 'Ask whoever is signed in now before it is sent again.',
  },
} as const satisfies Readonly<Record<string, SendErrorText>>;

export type SendErrorKind = keyof typeof sendTexts;
