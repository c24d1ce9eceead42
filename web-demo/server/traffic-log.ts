/**
 * What the network panel's statistics count: dials with their times, and frames received. Holds no
 * token and no payload.
 */
import { type UserKey, UserMap } from 'keepline/server';

export type UpgradeOutcome = 'accepted' | 'refused' | 'hung';

export interface UpgradeRecord {
  readonly atMs: number;
  readonly outcome: UpgradeOutcome;
}

export interface Traffic {
  readonly upgrades: readonly UpgradeRecord[];
  readonly framesReceived: Readonly<Record<string, number>>;
}

/** Enough for any test that counts dials; older ones are forgotten. */
const UPGRADES_KEPT = 500;
/** Type names come from outside; beyond this many they are counted together. */
const TYPES_KEPT = 64;
const OTHER_TYPES = '(other)';

interface Entry {
  upgrades: UpgradeRecord[];
  readonly frames: Map<string, number>;
}

export class TrafficLog {
  readonly #entries = new UserMap<Entry>();

  recordUpgrade(principal: UserKey, outcome: UpgradeOutcome): void {
    const entry = this.#entry(principal);
    entry.upgrades = [...entry.upgrades.slice(1 - UPGRADES_KEPT), { atMs: Date.now(), outcome }];
  }

  recordFrame(principal: UserKey, type: string): void {
    const { frames } = this.#entry(principal);
    const name = frames.has(type) || frames.size < TYPES_KEPT ? type : OTHER_TYPES;
    frames.set(name, (frames.get(name) ?? 0) + 1);
  }

  read(principal: UserKey): Traffic {
    const { upgrades, frames } = this.#entry(principal);
    return { upgrades, framesReceived: Object.fromEntries(frames) };
  }

  #entry(principal: UserKey): Entry {
    return this.#entries.getOrCreate(principal, () => ({ upgrades: [], frames: new Map() }));
  }
}
