// Everything that a stranger, a user or a page could have too much of, with its default and the reason for it.

/** So many at once, so many a second after that. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export interface Limits {
  /** Sockets of this process, whoever they belong to; more are answered 503 before the upgrade. Default 50,000. */
  readonly sockets: number;
  /**
   * Sockets of one address on this node, which it protects, verified or not; more are answered 429 before the upgrade.
   * Default 256.
   */
  readonly socketsPerAddress: number;
  /**
   * Sockets of one user: all tabs of all devices, on all nodes of one log; more are closed with 4429. Two nodes that
   * are dialled at the same moment may both take the last one. Default 32.
   */
  readonly socketsPerUser: number;
  /**
   * Sockets that wait for their token to be judged by somebody else, the issuer for example; more are closed
   * with 1013. Whose token is judged here and now takes none of these places. Default 256.
   */
  readonly waiting: number;
  /** The same for one address. Default 16. */
  readonly waitingPerAddress: number;
  /** A socket that is not verified by then is closed with 4408. Default 5,000 ms. */
  readonly verifyMs: number;
  /** A token is good for so long at most, whatever it says itself. Default 24 h in ms. */
  readonly tokenMs: number;
  /** Of one message from a client; larger ones close with 1009. Default 64 KiB. */
  readonly messageBytes: number;
  /** Messages of one socket; more close with 4429. Default 200 at once (a queue after a reconnect), 50 a second. */
  readonly messages: Rate;
  /** Bytes of one socket's messages; more close with 4429. Default 1 MiB at once, 256 KiB a second. */
  readonly bytes: Rate;
  /** Messages of one socket that its handlers are still busy with; more are answered `busy`. Default 32. */
  readonly handling: number;
  /** A handler that has not answered by then is answered for: `timeout`. Default 30,000 ms. */
  readonly handlerMs: number;
  /** Patterns of one subscription. Default 64. */
  readonly patterns: number;
  /** How often a socket may announce them; more close with 4429. Default 5 at once, 20 a second: one in 50 ms. */
  readonly announcements: Rate;
  /** Entries of each tenant's log that a node has in memory. Default 2,000. */
  readonly tailEvents: number;
  /** Their bytes. Default 8 MiB. */
  readonly tailBytes: number;
  /** How long events wait for a client that says where it stands. Default 2,000 ms. */
  readonly resumeMs: number;
  /** Events that are sent again to one that comes back; more are a gap, `too_many`. Default 1,000. */
  readonly replayEvents: number;
  /** Their bytes. Default 1 MiB. */
  readonly replayBytes: number;
  /** What may wait for one reader before it is no longer live: it gets what follows as it reads. Default 256 KiB. */
  readonly liveBytes: number;
  /** Events that such a one may be behind; beyond them it is told of a gap, `slow`. Default 1,000. */
  readonly slowEvents: number;
  /** The same after so long. Default 30,000 ms. */
  readonly slowMs: number;
  /** One that still does not read is closed with 4408 after so long. Default 60,000 ms. */
  readonly slowCloseMs: number;
  /** How long a message's outcome is kept for a sender that asks again. Default 600,000 ms. */
  readonly ackMs: number;
  /** Bytes of one user's outcomes; more messages with an id are answered `busy`. Default 4 MiB. */
  readonly ackBytesPerUser: number;
  /** Bytes of all outcomes. Default 64 MiB. */
  readonly ackBytes: number;
  /** What may wait for one slow reader before it is cut. Default 4 MiB. */
  readonly bufferedBytes: number;
  /** What a peer may still say once its link is being closed. Default 64 KiB. */
  readonly bytesAfterClose: number;
  /** A peer that has not answered the closing handshake by then is cut. Default 2,000 ms. */
  readonly closeMs: number;
}

export const defaultLimits: Limits = {
  sockets: 50_000,
  socketsPerAddress: 256,
  socketsPerUser: 32,
  waiting: 256,
  waitingPerAddress: 16,
  verifyMs: 5000,
  tokenMs: 24 * 60 * 60 * 1000,
  messageBytes: 64 * 1024,
  messages: { burst: 200, perSecond: 50 },
  bytes: { burst: 1024 * 1024, perSecond: 256 * 1024 },
  handling: 32,
  handlerMs: 30_000,
  patterns: 64,
  announcements: { burst: 5, perSecond: 20 },
  tailEvents: 2000,
  tailBytes: 8 * 1024 * 1024,
  resumeMs: 2000,
  replayEvents: 1000,
  replayBytes: 1024 * 1024,
  liveBytes: 256 * 1024,
  slowEvents: 1000,
  slowMs: 30_000,
  slowCloseMs: 60_000,
  ackMs: 600_000,
  ackBytesPerUser: 4 * 1024 * 1024,
  ackBytes: 64 * 1024 * 1024,
  bufferedBytes: 4 * 1024 * 1024,
  bytesAfterClose: 64 * 1024,
  closeMs: 2000,
};

/** Longer a timer of Node does not wait: it ends at once instead. */
const timerMsMax = 2 ** 31 - 1;
const waitedFor: ReadonlySet<string> = new Set(['verifyMs', 'handlerMs', 'resumeMs', 'closeMs']);

/** Throws a RangeError that names what cannot be a limit. */
export function readLimits(given: Partial<Limits> = {}): Limits {
  const limits = { ...defaultLimits, ...withoutUndefined(given) };
  for (const [name, value] of Object.entries(limits)) {
    if (!(name in defaultLimits)) throw new RangeError(`limits.${name} is no limit`);
    const numbers = typeof value === 'object' ? [value.burst, value.perSecond] : [value];
    if (!numbers.every((number) => typeof number === 'number' && number >= 0)) {
      throw new RangeError(`limits.${name} must be numbers from 0`);
    }
    if (waitedFor.has(name) && numbers.some((ms) => ms > timerMsMax)) {
      throw new RangeError(
        `limits.${name} must be at most ${timerMsMax} ms, as long as a timer waits`,
      );
    }
  }
  return limits;
}

function withoutUndefined(given: Partial<Limits>): Partial<Limits> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
