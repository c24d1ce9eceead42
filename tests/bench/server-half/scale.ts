// How much of the server half is measured.

export interface ServerScale {
  /** Idle links of one node; fewer where the machine has too few descriptors. */
  readonly sockets: number;
  readonly repetitions: number;
  /** Tenant-wide events of a repetition. */
  readonly fans: number;
  /** How long the bystander pings: longer than a round of the server's own pings. */
  readonly pingSec: number;
  readonly fileBytes: number;
  readonly uploads: number;
  readonly imports: number;
  readonly importBytes: number;
  /** Refused upgrades, and as many half requests. */
  readonly strangers: number;
  readonly forgedSec: number;
  readonly floods: number;
  /** While nobody reads the log: their lines have to be more than a pipe and its queue hold. */
  readonly loggedDials: number;
  /** Clients that come back, and the events that each has missed: few of much, and many of little. */
  readonly replay: { readonly clients: number; readonly events: number };
  readonly resumes: { readonly clients: number; readonly events: number };
  /** From one node to the other. */
  readonly hops: { readonly perSec: number; readonly seconds: number };
}

export const fullServerScale: ServerScale = {
  sockets: 10_000,
  repetitions: 3,
  fans: 7,
  pingSec: 20,
  fileBytes: 10 * 2 ** 20,
  uploads: 3,
  imports: 10,
  importBytes: 4_700_000,
  strangers: 500,
  forgedSec: 20,
  floods: 5,
  loggedDials: 5000,
  replay: { clients: 1000, events: 1000 },
  resumes: { clients: 10_000, events: 50 },
  hops: { perSec: 2000, seconds: 10 },
};

/** Shows that everything works; its figures say nothing. */
export const quickServerScale: ServerScale = {
  sockets: 100,
  repetitions: 1,
  fans: 3,
  pingSec: 1,
  fileBytes: 2 ** 18,
  uploads: 1,
  imports: 2,
  importBytes: 100_000,
  strangers: 20,
  forgedSec: 1,
  floods: 1,
  loggedDials: 100,
  replay: { clients: 5, events: 100 },
  resumes: { clients: 20, events: 5 },
  hops: { perSec: 200, seconds: 1 },
};
