/**
 * What one socket wants to hear: exact names, prefixes (`import_*`) or everything (`*`). Control
 * messages are not asked about.
 */
import { isRecord, ownMember } from './frames.js';

/** More than a page can need; a bound so that one message cannot make every later event slow. */
const PATTERNS_MAX = 64;

export class Subscription {
  readonly #exact: ReadonlySet<string>;
  readonly #prefixes: readonly string[];

  private constructor(patterns: readonly string[]) {
    this.#exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
    this.#prefixes = patterns
      .filter((pattern) => pattern.endsWith('*'))
      .map((pattern) => pattern.slice(0, -1));
  }

  /**
   * Before the first `subscribe`, and on servers that do not list the feature, a socket hears
   * everything.
   */
  static everything(): Subscription {
    return new Subscription(['*']);
  }

  /** The payload of a `subscribe` message, or what is wrong with it. */
  static parse(data: unknown): Subscription | { readonly problem: string } {
    const events = isRecord(data) ? ownMember(data, 'events') : undefined;
    if (
      !Array.isArray(events) ||
      !events.every((item): item is string => typeof item === 'string')
    ) {
      return { problem: 'send {"events": ["call_update", "import_*"]}: an array of strings' };
    }
    if (events.length > PATTERNS_MAX) {
      return { problem: `send at most ${PATTERNS_MAX} patterns; a trailing * covers a prefix` };
    }
    return new Subscription(events);
  }

  wants(type: string): boolean {
    return this.#exact.has(type) || this.#prefixes.some((prefix) => type.startsWith(prefix));
  }
}
