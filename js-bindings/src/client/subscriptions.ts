// Who gets which event: handlers by pattern, called in the order in which they subscribed.
//
// The core routes on patterns of its own, so that what nobody wants is dropped early; here the same
// patterns find the handlers. Each distinct pattern is announced to the core once.
import { guarded } from '../engine/guarded.js';
import { subscriptionsMax } from '../generated/status.js';
import { refuseOption } from './errors.js';
import { FrameBatch } from './frame-batch.js';
import type { BatchOptions, RealtimeEvent, Unsubscribe } from './types.js';

type Handler = (event: RealtimeEvent) => void;

interface Entry {
  readonly pattern: string;
  readonly handler: Handler;
  /** Where the handler takes many at once. */
  readonly batch: FrameBatch | null;
}

/** The core's side. */
export interface PatternTarget {
  tell(command: 'subscribe' | 'unsubscribe', pattern: string): void;
}

/** Found handlers are remembered for so many types: names come from the server. */
const rememberedTypesMax = 512;

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

type Batching = Pick<BatchOptions<never>, 'coalesceBy'> & { readonly batch?: 'frame' | undefined };

function makeEntry(
  pattern: string,
  handler: (given: never) => void,
  { batch: when, coalesceBy }: Batching,
): Entry {
  if (!when) return { pattern, handler: handler as Handler, batch: null };
  const batch = new FrameBatch(handler as never, coalesceBy as never);
  return { pattern, handler: (event) => batch.add(event), batch };
}

export class Subscriptions {
  readonly #entries = new Set<Entry>();
  /** How many entries each has; they are announced in the order in which they came. */
  readonly #patterns = new Map<string, number>();
  readonly #remembered = new Map<string, readonly Entry[]>();
  #target: PatternTarget | null = null;

  /** From now on patterns are announced, those known already at once. */
  attach(target: PatternTarget): void {
    this.#target = target;
    for (const pattern of this.#patterns.keys()) target.tell('subscribe', pattern);
  }

  /** Nobody is there to announce patterns to, until the next one is. */
  detach(): void {
    this.#target = null;
  }

  /** What argument-checks.ts lets through; throws `option_invalid` past the bound. */
  add(pattern: string, handler: (given: never) => void, options: Batching = {}): Unsubscribe {
    const entry = makeEntry(pattern, handler, options);
    const uses = this.#patterns.get(pattern) ?? 0;
    if (uses === 0) {
      if (this.#patterns.size >= subscriptionsMax) {
        refuseOption('subscribe:', 'too many patterns');
      }
      this.#target?.tell('subscribe', pattern);
    }
    this.#patterns.set(pattern, uses + 1);
    this.#entries.add(entry);
    this.#remembered.clear();
    return () => this.#remove(entry);
  }

  /** Calls every handler that is still subscribed when its turn comes. */
  dispatch(event: RealtimeEvent): void {
    for (const entry of this.#find(event.type)) {
      if (this.#entries.has(entry)) guarded(entry.handler, event);
    }
  }

  /** What is gathered for a frame to come is of somebody who is gone. */
  dropGathered(): void {
    for (const { batch } of this.#entries) batch?.drop();
  }

  clear(): void {
    this.dropGathered();
    this.#target = null;
    this.#entries.clear();
    this.#patterns.clear();
    this.#remembered.clear();
  }

  #find(type: string): readonly Entry[] {
    const remembered = this.#remembered.get(type);
    if (remembered) return remembered;
    const found = [...this.#entries].filter((entry) => matches(entry.pattern, type));
    if (this.#remembered.size >= rememberedTypesMax) this.#remembered.clear();
    this.#remembered.set(type, found);
    return found;
  }

  #remove(entry: Entry): void {
    if (!this.#entries.delete(entry)) return;
    entry.batch?.drop();
    this.#remembered.clear();
    const { pattern } = entry;
    const others = (this.#patterns.get(pattern) ?? 0) - 1;
    if (others > 0) {
      this.#patterns.set(pattern, others);
    } else {
      this.#patterns.delete(pattern);
      this.#target?.tell('unsubscribe', pattern);
    }
  }
}
