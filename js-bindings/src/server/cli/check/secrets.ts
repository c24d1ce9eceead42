/** Takes tokens out of whatever is printed: a server may repeat what it was sent, and a report is kept. */

/** What is shorter may be a word of everyday: a part of it is not hidden, and is no sign of a token. */
const PART_CHARACTERS_MIN = 16;

export class Secrets {
  readonly #known = new Set<string>();

  add(token: string): void {
    // The parts of a JWT, since its payload alone names its owner.
    for (const part of [token, ...token.split('.')]) {
      if (part === token || part.length >= PART_CHARACTERS_MIN) this.#known.add(part);
    }
  }

  /** None that could be told from a word. */
  get areAllShort(): boolean {
    return [...this.#known].every(({ length }) => length < PART_CHARACTERS_MIN);
  }

  isIn(text: string): boolean {
    return [...this.#known].some(
      (secret) => secret.length >= PART_CHARACTERS_MIN && text.includes(secret),
    );
  }

  hide(text: string): string {
    const longestFirst = [...this.#known].sort((one, other) => other.length - one.length);
    return longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, '<token>'), text);
  }
}
