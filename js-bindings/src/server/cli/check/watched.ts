/** Something that changes by itself and can be waited for, with a limit. */
export class Watched {
  readonly #looks = new Set<() => void>();
  #ended = false;

  /** Looks now and after every change; undefined when the time is over, or nothing can change any more. */
  async until<Found>(look: () => Found | undefined, ms: number): Promise<Found | undefined> {
    const found = look();
    if (found !== undefined || this.#ended) return found;
    return new Promise((resolve) => {
      const finish = (value: Found | undefined) => {
        clearTimeout(timer);
        this.#looks.delete(again);
        resolve(value);
      };
      const again = () => {
        const value = look();
        if (value !== undefined || this.#ended) finish(value);
      };
      const timer = setTimeout(finish, ms, undefined);
      this.#looks.add(again);
    });
  }

  protected changed(): void {
    for (const look of [...this.#looks]) look();
  }

  protected ended(): void {
    this.#ended = true;
    this.changed();
  }
}
