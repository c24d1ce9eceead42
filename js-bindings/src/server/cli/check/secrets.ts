/** Takes tokens out of whatever is printed: a server may repeat what it was sent, and a report is kept. */

/** Shorter parts of a token are words of everyday, and blotting them out would hide what was seen. */
const PART_CHARACTERS_MIN = 16;

export class Secrets {
  readonly #known = new Set<string>();

  add(token: string): void {
    // The parts of a JWT, since its payload alone names its owner.
    for (const part of [token, ...token.split('.')]) {
      if (part === token || part.length >= PART_CHARACTERS_MIN) this.#known.add(part);
    }
  }

  isIn(text: string): boolean {
    return [...this.#known].some((secret) => text.includes(secret));
  }

  hide(text: string): string {
    const longestFirst = [...this.#known].sort((one, other) => other.length - one.length);
    return longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, '<token>'), text);
  }
}
