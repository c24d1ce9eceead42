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

/** The core's side: a ticket for a pattern. */
export interface PatternTarget {
  subscribe(pattern: string): number;
  unsubscribe(ticket: number): void;
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
  readonly #patterns = new Map<string, { uses: number; ticket: number }>();
  readonly #remembered = new Map<string, readonly Entry[]>();
  #target: PatternTarget | null = null;

  /** From now on patterns are announced, those known already at once. */
  attach(target: PatternTarget): void {
    this.#target = target;
    for (const [pattern, known] of this.#patterns) known.ticket = target.subscribe(pattern);
  }

  /** Nobody is there to announce patterns to, until the next one is. */
  detach(): void {
    this.#target = null;
  }

  /** What argument-checks.ts lets through; throws `option_invalid` past the bound. */
  add(pattern: string, handler: (given: never) => void, options: Batching = {}): Unsubscribe {
    const entry = makeEntry(pattern, handler, options);
    const known = this.#patterns.get(pattern);
    if (known) {
      known.uses += 1;
    } else {
      if (this.#patterns.size >= subscriptionsMax) {
        refuseOption('subscribe:', 'too many patterns');
      }
      this.#patterns.set(pattern, { uses: 1, ticket: this.#target?.subscribe(pattern) ?? 0 });
    }
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
    const known = this.#patterns.get(entry.pattern);
    if (!known) return;
    known.uses -= 1;
    if (known.uses > 0) return;
    this.#patterns.delete(entry.pattern);
    this.#target?.unsubscribe(known.ticket);
  }
}
