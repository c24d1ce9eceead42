// Whether every pair of an event and a client came out as it has to: delivered once, or inside a gap that this
// client was told of. Pure: books in, counts out.

/** An event that a server says is in its log. */
export interface Logged {
  /** Counted over the whole run; in the payload of each. */
  readonly n: number;
  readonly tenant: string;
  readonly to: 'tenant' | { readonly users: readonly string[] };
  /** `"<epoch>.<seq>"`. */
  readonly position: string;
}

export interface HeardEvent {
  readonly kind: 'event';
  readonly n: number;
  readonly seq: number;
}

export interface HeardGap {
  readonly kind: 'gap';
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string;
}

/** What one client heard as one user, in the order in which it was handed over. */
export interface Sitting {
  readonly client: string;
  readonly tenant: string;
  readonly user: string;
  /** Where its stream began; null where it never did. */
  readonly began: string | null;
  /** How far its client said that it had come. */
  readonly ended: string | null;
  /** The run ended with it: it has to have come as far as everybody. */
  readonly last: boolean;
  readonly heard: readonly (HeardEvent | HeardGap)[];
}

export interface Books {
  /** Of each tenant its epochs, the oldest first. */
  readonly epochs: Readonly<Record<string, readonly string[]>>;
  readonly logged: readonly Logged[];
  readonly sittings: readonly Sitting[];
}

export interface Verdict {
  /** Of a client and an event that was for it. */
  pairs: number;
  delivered: number;
  /** Not delivered, inside a gap that was told. */
  told: number;
  lost: number;
  doubled: number;
  outOfOrder: number;
  foreign: number;
  /** Gaps whose end was never told, and clients that never came to the end. */
  unfinished: number;
  /** Gaps that a client found itself, on a link that was up: a server that counts what it sends makes none. */
  miscounted: number;
  /** Of all gaps, by reason. */
  readonly reasons: Record<string, number>;
  /** The first of each kind of fault, in words. */
  readonly examples: string[];
}

export const faultKinds = [
  'lost',
  'doubled',
  'outOfOrder',
  'foreign',
  'unfinished',
  'miscounted',
] as const;

type Place = readonly [rank: number, seq: number];
type Read = (position: string) => Place;

const examplesMax = 12;

export function judge({ epochs, logged, sittings }: Books): Verdict {
  const verdict: Verdict = {
    pairs: 0,
    delivered: 0,
    told: 0,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    foreign: 0,
    unfinished: 0,
    miscounted: 0,
    reasons: {},
    examples: [],
  };
  for (const [tenant, its] of Object.entries(epochs)) {
    const ofTenant = logged.filter((event) => event.tenant === tenant);
    for (const sitting of sittings.filter((each) => each.tenant === tenant)) {
      judgeSitting(verdict, sitting, ofTenant, readerOf(its));
    }
  }
  return verdict;
}

/** Places of one tenant; an epoch that no server has ever said is before all others. */
function readerOf(epochs: readonly string[]): Read {
  return (position) => {
    const dot = position.lastIndexOf('.');
    return [epochs.indexOf(position.slice(0, dot)), Number(position.slice(dot + 1))];
  };
}

const isAfter = (a: Place, b: Place): boolean => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);

function judgeSitting(verdict: Verdict, sitting: Sitting, logged: readonly Logged[], read: Read) {
  const say = (fault: string) => {
    if (verdict.examples.length < examplesMax)
      verdict.examples.push(`${sitting.client} as ${sitting.tenant}/${sitting.user}: ${fault}`);
  };
  const gaps = readGaps(verdict, sitting, read, say);
  const times = countEvents(verdict, sitting, logged, read, say);
  if (sitting.last && !reachesEnd(sitting, logged, read)) {
    verdict.unfinished += 1;
    say(`stopped at ${sitting.ended ?? 'nothing'}`);
  }
  if (sitting.began === null || sitting.ended === null) return;
  const began = read(sitting.began);
  const ended = read(sitting.ended);
  for (const event of logged) {
    const place = read(event.position);
    if (!isFor(event, sitting.user) || !isAfter(place, began) || isAfter(place, ended)) continue;
    verdict.pairs += 1;
    const isTold = gaps.some(([from, to]) => isAfter(place, from) && !isAfter(place, to));
    if ((times.get(event.n) ?? 0) > 0) verdict.delivered += 1;
    else if (isTold) verdict.told += 1;
    else {
      verdict.lost += 1;
      say(`lost ${event.n} at ${event.position}`);
    }
  }
}

const isFor = ({ to }: Logged, user: string): boolean => to === 'tenant' || to.users.includes(user);

const reachesEnd = ({ ended }: Sitting, logged: readonly Logged[], read: Read): boolean =>
  ended !== null && logged.every(({ position }) => !isAfter(read(position), read(ended)));

/** From where to where something is missing that was told of. */
function readGaps(
  verdict: Verdict,
  { heard, began }: Sitting,
  read: Read,
  say: (fault: string) => void,
): (readonly [from: Place, to: Place])[] {
  const gaps: (readonly [Place, Place])[] = [];
  let isOpen = false;
  for (const item of heard) {
    if (item.kind !== 'gap') {
      if (isOpen) say(`was handed ${item.n} inside a gap without an end`);
      continue;
    }
    verdict.reasons[item.reason] = (verdict.reasons[item.reason] ?? 0) + 1;
    if (item.reason === 'lost') {
      verdict.miscounted += 1;
      say(`was sent less than it was told of, from ${item.from} to ${item.to}`);
    }
    isOpen = item.to === null;
    const from = item.from ?? began;
    if (item.to !== null && from !== null) gaps.push([read(from), read(item.to)]);
  }
  if (isOpen) {
    verdict.unfinished += 1;
    say('was left in a gap without an end');
  }
  return gaps;
}

/** How often each was handed over; finds what is foreign, doubled or out of order. */
function countEvents(
  verdict: Verdict,
  { heard, user }: Sitting,
  logged: readonly Logged[],
  read: Read,
  say: (fault: string) => void,
): ReadonlyMap<number, number> {
  const known = new Map(logged.map((event) => [event.n, event]));
  const times = new Map<number, number>();
  let last: Place = [-1, 0];
  for (const item of heard) {
    if (item.kind !== 'event') continue;
    const event = known.get(item.n);
    if (!event || !isFor(event, user)) {
      verdict.foreign += 1;
      say(`was handed ${item.n}, which was not for it`);
      continue;
    }
    const count = (times.get(item.n) ?? 0) + 1;
    times.set(item.n, count);
    if (count > 1) {
      verdict.doubled += 1;
      say(`was handed ${item.n} at ${event.position} twice`);
      continue;
    }
    const place = read(event.position);
    // A server that died before it answered may have sent it from a place of which nobody knows.
    if (place[1] !== item.seq) continue;
    if (!isAfter(place, last)) {
      verdict.outOfOrder += 1;
      say(`was handed ${item.n} at ${event.position} after seq ${last[1]}`);
    }
    last = place;
  }
  return times;
}

/** Whether nothing was found that must not be. */
export const isClean = (verdict: Verdict): boolean =>
  faultKinds.every((kind) => verdict[kind] === 0);
