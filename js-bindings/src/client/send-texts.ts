// Why a message was not sent, and what to do then.
export const sendTexts = {
  queue_full: 'The queue is full. Send less while the link is down, or raise `queue`.',
  expired: 'No usable link came within the time to live. Send again, or raise `ttlMs`.',
  too_big:
    'The message is larger than `maxMessageBytes`, or than `queue.maxBytes` while no link is usable. ' +
    'Send less at once, or raise that option.',
  not_serialisable:
    'The message cannot be written as JSON. Send a type of 1 to 64 bytes and data without ' +
    'functions, BigInt, cycles or a bare undefined.',
  disconnected: 'The connection was closed or nobody is signed in. Connect first, then send.',
  reserved_type:
    'The type is a word of the protocol that this server speaks, such as `ping` or `error`. Send it ' +
    'under another name.',
  identity_changed: 'Another user signed in before the message went out.',
} as const;

export type SendErrorKind = keyof typeof sendTexts;
