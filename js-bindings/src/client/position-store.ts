// Keeps how far the event stream has come beyond the life of a page, by server, tenant and user: loaded once a
// server has named them, saved once a second and as the page is left.
//
// Loaded by itself, since few pages ask for it: imported here, bundlers would make a file of its own of what the
// page has loaded already. What an application's own store throws is told, and goes no further.
import type { PositionStore as Given, ResumeOptions, Unsubscribe } from './types.js';

const saveEveryMs = 1000;
/** The server has forgotten what lies further back. */
const ageMsMax = 600_000;

const session: Given = {
  load: (key) => sessionStorage.getItem(key),
  save: (key, saved) => sessionStorage.setItem(key, saved),
};

const keyOf = (...whose: readonly string[]): string =>
  ['keepline', ...whose].map(encodeURIComponent).join(' ');

/** With when it was saved: a store need not know. */
function read(saved: unknown): string | null {
  const [at = '', position = ''] = typeof saved === 'string' ? saved.split(' ') : [];
  const age = Date.now() - Number(at);
  return position !== '' && age >= 0 && age <= ageMsMax ? position : null;
}

export class KeptPosition {
  readonly #store: Given;
  readonly #position: () => string | null;
  readonly #failed: (what: string, reason: unknown) => void;
  readonly #undo: Unsubscribe[];
  #key: string | null = null;
  #saved: string | null = null;

  constructor(
    resume: ResumeOptions | undefined,
    position: () => string | null,
    failed: (what: string, reason: unknown) => void,
  ) {
    this.#store = typeof resume?.store === 'object' ? resume.store : session;
    this.#position = position;
    this.#failed = failed;
    const timer = setInterval(this.#save, saveEveryMs);
    const controller = new AbortController();
    const { signal } = controller;
    const { addEventListener, document }: Partial<typeof globalThis> = globalThis;
    addEventListener?.('pagehide', this.#save, { signal });
    document?.addEventListener('visibilitychange', this.#save, { signal });
    this.#undo = [() => clearInterval(timer), () => controller.abort()];
  }

  /** Null where nothing is kept of them, or is of no use any more. From then on theirs is saved. */
  async load(endpoint: string | null, tenant: string, user: string): Promise<string | null> {
    const key = keyOf(endpoint ?? '', tenant, user);
    this.#key = key;
    this.#saved = null;
    try {
      return read(await this.#store.load(key));
    } catch (reason) {
      this.#failed('loaded', reason);
      return null;
    }
  }

  /** Another user is there, whom no server has named yet. */
  forget(): void {
    this.#key = null;
  }

  stop(): void {
    this.#save();
    for (const each of this.#undo) each();
  }

  readonly #save = (): void => {
    const position = this.#position();
    if (this.#key === null || position === null || position === this.#saved) return;
    this.#saved = position;
    const failed = (reason: unknown) => this.#failed('saved', reason);
    try {
      const saving: unknown = this.#store.save(this.#key, `${Date.now()} ${position}`);
      Promise.resolve(saving).catch(failed);
    } catch (reason) {
      failed(reason);
    }
  };
}
