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

/** Its status says that nothing is missing, or that it is on its way: a gap without an end is over. */
export interface HeardWhole {
  readonly kind: 'whole';
}

export type Heard = HeardEvent | HeardGap | HeardWhole;

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
  readonly heard: readonly Heard[];
}

export interface Books {
  /** One event may be in it twice, in two epochs: with the first its id was forgotten. */
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

export function judge({ logged, sittings }: Books): Verdict {
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
  for (const tenant of new Set(sittings.map((sitting) => sitting.tenant))) {
    const ofTenant = logged.filter((event) => event.tenant === tenant);
    const its = sittings.filter((sitting) => sitting.tenant === tenant);
    const epochs = epochsOf(ofTenant, its);
    for (const sitting of its) judgeSitting(verdict, sitting, ofTenant, epochs);
  }
  return verdict;
}

/** One tenant's numberings: where each begins, as far as anybody has seen, the oldest first. */
type Epochs = readonly { readonly name: string; readonly first: number }[];

function split(position: string): { name: string; seq: number } {
  const dot = position.lastIndexOf('.');
  return { name: position.slice(0, dot), seq: Number(position.slice(dot + 1)) };
}

/** Numbers do not fall: an epoch is later than another where its numbers are higher. */
function epochsOf(logged: readonly Logged[], sittings: readonly Sitting[]): Epochs {
  const firsts = new Map<string, number>();
  const see = (position: string | null) => {
    if (position === null) return;
    const { name, seq } = split(position);
    firsts.set(name, Math.min(firsts.get(name) ?? seq, seq));
  };
  for (const { position } of logged) see(position);
  for (const { began, ended, heard } of sittings) {
    for (const position of [began, ended]) see(position);
    for (const item of heard)
      if (item.kind === 'gap') for (const end of [item.from, item.to]) see(end);
  }
  return [...firsts].map(([name, first]) => ({ name, first })).sort((a, b) => a.first - b.first);
}

const readerOf = (epochs: Epochs): Read => {
  const ranks = new Map(epochs.map(({ name }, rank) => [name, rank]));
  return (position) => {
    const { name, seq } = split(position);
    return [ranks.get(name) ?? -1, seq];
  };
};

/** Which one a number is of. */
const rankOf = (epochs: Epochs, seq: number): number =>
  epochs.findLastIndex(({ first }) => first <= seq);

const isAfter = (a: Place, b: Place): boolean => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);

function judgeSitting(
  verdict: Verdict,
  sitting: Sitting,
  logged: readonly Logged[],
  epochs: Epochs,
) {
  const read = readerOf(epochs);
  const say = (fault: string) => {
    if (verdict.examples.length < examplesMax)
      verdict.examples.push(`${sitting.client} as ${sitting.tenant}/${sitting.user}: ${fault}`);
  };
  const gaps = readGaps(verdict, sitting, read, say);
  const handed = countEvents(verdict, sitting, logged, epochs, say);
  if (sitting.last && !reachesEnd(sitting, logged, read)) {
    verdict.unfinished += 1;
    say(`stopped at ${sitting.ended ?? 'nothing'}`);
  }
  if (sitting.began === null || sitting.ended === null) return;
  const began = read(sitting.began);
  const ended = read(sitting.ended);
  for (const event of logged) {
    const place = read(event.position);
    if (!isFor(event.to, sitting.user) || !isAfter(place, began) || isAfter(place, ended)) continue;
    verdict.pairs += 1;
    const isTold = gaps.some(([from, to]) => isAfter(place, from) && !isAfter(place, to));
    if (handed.has(keyOf(event.n, place[0]))) verdict.delivered += 1;
    else if (isTold) verdict.told += 1;
    else {
      verdict.lost += 1;
      say(`lost ${event.n} at ${event.position}`);
    }
  }
}

export const isFor = (to: Logged['to'], user: string): boolean =>
  to === 'tenant' || to.users.includes(user);

const reachesEnd = ({ ended }: Sitting, logged: readonly Logged[], read: Read): boolean =>
  ended !== null && logged.every(({ position }) => !isAfter(read(position), read(ended)));

/** From where to where something is missing that was told of. */
function readGaps(
  verdict: Verdict,
  { heard, began, last }: Sitting,
  read: Read,
  say: (fault: string) => void,
): (readonly [from: Place, to: Place])[] {
  const gaps: (readonly [Place, Place])[] = [];
  let isOpen = false;
  for (const item of heard) {
    if (item.kind === 'whole') isOpen = false;
    if (item.kind === 'event' && isOpen) {
      verdict.unfinished += 1;
      say(`was handed ${item.n} inside a gap without an end`);
    }
    if (item.kind !== 'gap') continue;
    verdict.reasons[item.reason] = (verdict.reasons[item.reason] ?? 0) + 1;
    if (item.reason === 'lost') {
      verdict.miscounted += 1;
      say(`was sent less than it was told of, from ${item.from} to ${item.to}`);
    }
    isOpen = item.to === null;
    const from = item.from ?? began;
    if (item.to !== null && from !== null) gaps.push([read(from), read(item.to)]);
  }
  // Who left in the middle of it has seen no end.
  if (isOpen && last) {
    verdict.unfinished += 1;
    say('was left in a gap without an end');
  }
  return gaps;
}

const keyOf = (n: number, rank: number): string => `${n} in ${rank}`;

/** What was handed over in which epoch; finds what is foreign, doubled or out of order. */
function countEvents(
  verdict: Verdict,
  { heard, user }: Sitting,
  logged: readonly Logged[],
  epochs: Epochs,
  say: (fault: string) => void,
): ReadonlySet<string> {
  const known = new Map(logged.map((event) => [event.n, event]));
  const handed = new Set<string>();
  let last: Place = [-1, 0];
  for (const { n, seq } of heard.filter((item) => item.kind === 'event')) {
    const event = known.get(n);
    if (!event || !isFor(event.to, user)) {
      verdict.foreign += 1;
      say(`was handed ${n}, which was not for it`);
      continue;
    }
    const place: Place = [rankOf(epochs, seq), seq];
    const key = keyOf(n, place[0]);
    if (handed.has(key)) {
      verdict.doubled += 1;
      say(`was handed ${n} at ${seq} for the second time`);
      continue;
    }
    handed.add(key);
    if (!isAfter(place, last)) {
      verdict.outOfOrder += 1;
      say(`was handed ${n} at ${seq} after seq ${last[1]}`);
    }
    last = place;
  }
  return handed;
}

/** Whether nothing was found that must not be. */
export const isClean = (verdict: Verdict): boolean =>
  faultKinds.every((kind) => verdict[kind] === 0);
