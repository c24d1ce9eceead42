// What one socket wants to hear: exact names, prefixes (`import_*`) or everything (`*`), as far as it may.
// Control messages are not asked about.
import { isName, isRecord, ownMember } from './frames.js';

/** Answers for one type; user code may be behind them, so they are asked once for each. */
interface Answers {
  readonly mayHear: (type: string) => boolean;
  readonly windowMs: (type: string) => number;
}

/** How long an event may wait for others to go with, ms; null where it is not wanted. */
type Wanted = number | null;

/** Types that one socket's answers are remembered of; a server has far fewer. */
const answersMax = 512;

export class Subscription {
  readonly #ask: Answers;
  readonly #answers = new Map<string, Wanted>();
  #exact: ReadonlySet<string> = new Set();
  #prefixes: readonly string[] = [''];

  /** Before the first `subscribe`, and on servers that do not list the feature, it is everything that it may hear. */
  constructor(ask: Answers) {
    this.#ask = ask;
  }

  wants(type: string): boolean {
    return this.windowMs(type) !== null;
  }

  windowMs(type: string): Wanted {
    const known = this.#answers.get(type);
    if (known !== undefined) return known;
    const isWanted = this.#isNamed(type) && this.#ask.mayHear(type);
    const wanted = isWanted ? this.#ask.windowMs(type) : null;
    if (this.#answers.size < answersMax) this.#answers.set(type, wanted);
    return wanted;
  }

  /**
   * Takes the payload of a `subscribe` message. Returns the problem where it is malformed and changes
   * nothing, or the names that this socket may not hear; the others count.
   */
  announce(data: unknown, patternsMax: number): { problem?: string; forbidden: string[] } {
    const patterns = isRecord(data) ? ownMember(data, 'events') : undefined;
    const problem = problemOf(patterns, patternsMax);
    if (problem) return { problem, forbidden: [] };
    const names = patterns as string[];
    const exact = names.filter((name) => !name.endsWith('*'));
    const forbidden = exact.filter((name) => !this.#ask.mayHear(name));
    this.#exact = new Set(exact);
    this.#prefixes = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
    this.#answers.clear();
    return { forbidden };
  }

  /** What may be heard has changed, with a renewed token for example. */
  reconsider(): void {
    this.#answers.clear();
  }

  #isNamed(type: string): boolean {
    return this.#exact.has(type) || this.#prefixes.some((prefix) => type.startsWith(prefix));
  }
}

function problemOf(patterns: unknown, patternsMax: number): string | null {
  if (!Array.isArray(patterns) || !patterns.every(isPattern)) {
    return 'send {"events": ["call_update", "import_*"]}: an array of types of 1 to 64 bytes, or prefixes of them';
  }
  if (patterns.length <= patternsMax) return null;
  return `send at most ${patternsMax} patterns; a trailing * covers a prefix`;
}

const isPattern = (item: unknown): boolean =>
  item === '*' || (typeof item === 'string' && isName(item.replace(/\*$/, '')));
