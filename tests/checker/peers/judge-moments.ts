// Whether every pair of an event and a user of a peer came out as it has to: handed over once, or inside a stretch
// that he was told of. A peer's events have no place in a stream, so that wall-clock moments of one machine stand
// for places, with a slack wherever something may be on its way. Pure: books in, counts out.
//
// What it does not judge is the order: two nodes emit at once, and the peer promises none between them.
import { isFor } from '../judge.js';

/** An event that a node was asked to emit. */
export interface Emitted {
  /** Counted over the whole run; in the payload of each. */
  readonly n: number;
  readonly tenant: string;
  readonly to: 'tenant' | { readonly users: readonly string[] };
  /** Null where the node ended before it said anything: nobody knows, and nothing is owed. */
  readonly written: Written | null;
}

export interface Written {
  /** Just before it was emitted, wall-clock ms. */
  readonly fromMs: number;
  /** Once the adapter had its answer of Redis, or its failure. */
  readonly untilMs: number;
  /** Redis has confirmed it. An application is not told: `emit` has returned by then. */
  readonly isConfirmed: boolean;
}

export interface HandedOver {
  readonly kind: 'event';
  readonly n: number;
}

/** It has a link again, and was told that anything may be missing: it asks for all that there is now. */
export interface StartedOver {
  readonly kind: 'started over';
  readonly atMs: number;
}

/** What one user in one seat heard, in the order in which it was handed over. */
export interface MomentSitting {
  readonly client: string;
  readonly tenant: string;
  readonly user: string;
  /** When it had its first link; null where it never had one. */
  readonly beganMs: number | null;
  /** The run ended with it, and it never came to the end. */
  readonly isUnfinished: boolean;
  readonly heard: readonly (HandedOver | StartedOver)[];
}

export interface MomentBooks {
  readonly emitted: readonly Emitted[];
  readonly sittings: readonly MomentSitting[];
}

export interface MomentVerdict {
  /** Of a user in a seat and an event that he was owed. */
  pairs: number;
  delivered: number;
  /** Not delivered, inside a stretch that was told. */
  told: number;
  lost: number;
  /** Of those that are lost: the node lived on and said nothing, but Redis had not confirmed the event. */
  lostUnconfirmed: number;
  doubled: number;
  foreign: number;
  /** Never came to the end. */
  unfinished: number;
  /** How often somebody was told that anything may be missing. */
  startedOver: number;
  /** The first of each kind of fault, in words. */
  readonly examples: string[];
}

/** So long may an event be on its way: within it, on both sides of a border, nothing is owed and all is told. */
export const slackMs = 1000;

const examplesMax = 12;

export function judgeMoments({ emitted, sittings }: MomentBooks): MomentVerdict {
  const verdict: MomentVerdict = {
    pairs: 0,
    delivered: 0,
    told: 0,
    lost: 0,
    lostUnconfirmed: 0,
    doubled: 0,
    foreign: 0,
    unfinished: 0,
    startedOver: 0,
    examples: [],
  };
  const byTenant = new Map<string, Map<number, Emitted>>();
  for (const event of emitted) {
    const ofTenant = byTenant.get(event.tenant) ?? new Map<number, Emitted>();
    byTenant.set(event.tenant, ofTenant.set(event.n, event));
  }
  for (const sitting of sittings)
    judgeSitting(verdict, sitting, byTenant.get(sitting.tenant) ?? new Map());
  return verdict;
}

type Stretch = readonly [fromMs: number, toMs: number];

function judgeSitting(
  verdict: MomentVerdict,
  sitting: MomentSitting,
  emitted: ReadonlyMap<number, Emitted>,
) {
  const say = (fault: string) => {
    if (verdict.examples.length < examplesMax)
      verdict.examples.push(`${sitting.client} as ${sitting.tenant}/${sitting.user}: ${fault}`);
  };
  const handed = countEvents(verdict, sitting, emitted, say);
  if (sitting.isUnfinished) {
    verdict.unfinished += 1;
    say('never came to the end');
  }
  if (sitting.beganMs === null) return;
  const { told, reachedMs } = readStretches(sitting, emitted, sitting.beganMs);
  verdict.startedOver += told.length;
  for (const { n, to, written } of emitted.values()) {
    if (!written || !isFor(to, sitting.user)) continue;
    const { fromMs, untilMs, isConfirmed } = written;
    if (fromMs < sitting.beganMs + slackMs || untilMs > reachedMs - slackMs) continue;
    verdict.pairs += 1;
    if (handed.has(n)) verdict.delivered += 1;
    else if (told.some(([from, until]) => untilMs >= from && fromMs <= until)) verdict.told += 1;
    else {
      verdict.lost += 1;
      if (!isConfirmed) verdict.lostUnconfirmed += 1;
      say(`lost ${n}${isConfirmed ? '' : ', which Redis had not confirmed'}`);
    }
  }
}

/** What it was told of, and how far it has come: to the last that it was handed or told. */
function readStretches(
  { heard }: MomentSitting,
  emitted: ReadonlyMap<number, Emitted>,
  beganMs: number,
): { readonly told: readonly Stretch[]; readonly reachedMs: number } {
  const told: Stretch[] = [];
  let reachedMs = beganMs;
  for (const item of heard) {
    if (item.kind === 'started over') told.push([reachedMs - slackMs, item.atMs + slackMs]);
    const atMs = item.kind === 'event' ? emitted.get(item.n)?.written?.fromMs : item.atMs;
    reachedMs = Math.max(reachedMs, atMs ?? 0);
  }
  return { told, reachedMs };
}

/** What was handed over; finds what is foreign or doubled. */
function countEvents(
  verdict: MomentVerdict,
  { heard, user }: MomentSitting,
  emitted: ReadonlyMap<number, Emitted>,
  say: (fault: string) => void,
): ReadonlySet<number> {
  const handed = new Set<number>();
  for (const item of heard) {
    if (item.kind !== 'event') continue;
    const event = emitted.get(item.n);
    if (!event || !isFor(event.to, user)) {
      verdict.foreign += 1;
      say(`was handed ${item.n}, which was not for it`);
    } else if (handed.has(item.n)) {
      verdict.doubled += 1;
      say(`was handed ${item.n} for the second time`);
    } else handed.add(item.n);
  }
  return handed;
}
