/**
 * Who may import now, and what has become of imports: one at a time for a user, a few for everybody,
 * the newest kept. An import belongs to its (tenant, user): nobody else hears or finds it.
 */
import { randomUUID } from 'node:crypto';
import { sameUser, type UserKey, UserMap } from 'keepline/server';
import { RequestError } from '../http-json.js';
import type { Log } from '../log.js';
import type { ImportLimits } from '../options.js';
import { ContactBook } from './contact-book.js';
import type { ContactFile } from './contact-file.js';
import {
  type ImportEventType,
  ImportRun,
  type ImportRunDependencies,
  type ImportState,
} from './import-run.js';

export interface ImportDeskDependencies {
  readonly limits: ImportLimits;
  readonly publish: (principal: UserKey, type: ImportEventType, data: unknown) => void;
  readonly onEnded: (state: ImportState) => void;
  readonly log: Log;
}

interface KeptImport {
  readonly principal: UserKey;
  readonly run: ImportRun;
}

/** Tells a real import from a simulated one, whose ids begin with `import-`. */
const ID_PREFIX = 'upload-';
/** Files of other users are read in seconds. */
const RETRY_AFTER_SEC = 5;

export class ImportDesk {
  readonly #deps: ImportDeskDependencies;
  readonly #contacts: ContactBook;
  /** The file that each user is sending or having imported; null until it has an id. */
  readonly #busy = new UserMap<string | null>();
  /** Oldest first, as a `Map` keeps them. */
  readonly #kept = new Map<string, KeptImport>();
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #held = 0;

  constructor(deps: ImportDeskDependencies) {
    this.#deps = deps;
    this.#contacts = new ContactBook(deps.limits.contactsPerTenantMax);
  }

  /** Those that are being received or worked on. */
  get held(): number {
    return this.#held;
  }

  /**
   * Takes the user's one place, receives the file, and starts to import it. The place is free again
   * when all rows are done or nothing came of it.
   */
  async accept(
    principal: UserKey,
    name: string,
    receive: () => Promise<ContactFile>,
  ): Promise<ImportState> {
    this.#takePlace(principal);
    let file: ContactFile;
    try {
      file = await receive();
      if (this.#stopping.signal.aborted) throw stopping();
    } catch (error) {
      this.#freePlace(principal);
      throw error;
    }
    return this.#start(principal, name, file).snapshot();
  }

  /** Undefined as well for an import of somebody else: whether there is one is not theirs to know. */
  find(principal: UserKey, importId: string): ImportState | undefined {
    const kept = this.#kept.get(importId);
    return kept && sameUser(kept.principal, principal) ? kept.run.snapshot() : undefined;
  }

  /** Ends what is under way; its users are told. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  #takePlace(principal: UserKey): void {
    if (this.#stopping.signal.aborted) throw stopping();
    const underWay = this.#busy.get(principal);
    if (underWay !== undefined) {
      throw new RequestError(409, 'An import of yours is under way: wait until it is done.', {
        details: underWay === null ? {} : { importId: underWay },
      });
    }
    if (this.#held >= this.#deps.limits.concurrentMax) {
      throw new RequestError(503, 'Too many imports are under way: try again in a few seconds.', {
        headers: { 'Retry-After': String(RETRY_AFTER_SEC) },
      });
    }
    this.#busy.set(principal, null);
    this.#held += 1;
  }

  #freePlace(principal: UserKey): void {
    this.#busy.delete(principal);
    this.#held -= 1;
  }

  #start(principal: UserKey, name: string, file: ContactFile): ImportRun {
    const { limits, publish, log } = this.#deps;
    const importId = `${ID_PREFIX}${randomUUID()}`;
    const publishToOwner: ImportRunDependencies['publish'] = (type, data) =>
      publish(principal, type, data);
    const run = new ImportRun({
      importId,
      name,
      file,
      tenant: principal.tenant,
      contacts: this.#contacts,
      limits,
      publish: publishToOwner,
    });
    this.#busy.set(principal, importId);
    this.#keep(importId, { principal, run });
    log.info({ importId, ...principal, rows: run.snapshot().total }, 'import started');
    const running = this.#work(principal, run).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return run;
  }

  async #work(principal: UserKey, run: ImportRun): Promise<void> {
    // The sender is answered before the first event, or it could not know whose that is.
    await new Promise(setImmediate);
    try {
      await run.run(this.#stopping.signal);
    } catch (error) {
      this.#deps.log.error({ problem: String(error) }, 'import failed unexpectedly');
    } finally {
      this.#freePlace(principal);
    }
    const ended = run.snapshot();
    this.#deps.onEnded(ended);
    const { importId, state, succeeded, failed, durationMs } = ended;
    this.#deps.log.info({ importId, state, succeeded, failed, durationMs }, 'import ended');
  }

  #keep(importId: string, kept: KeptImport): void {
    this.#kept.set(importId, kept);
    const { keptPerUser, keptMax } = this.#deps.limits;
    const own = [...this.#kept].filter(([, each]) => sameUser(each.principal, kept.principal));
    for (const [id] of own.slice(0, -keptPerUser)) this.#kept.delete(id);
    for (const [id, { run }] of this.#kept) {
      if (this.#kept.size <= keptMax) break;
      if (!run.isRunning) this.#kept.delete(id);
    }
  }
}

function stopping(): RequestError {
  return new RequestError(503, 'The server is stopping: send the file again in a moment.', {
    headers: { 'Retry-After': String(RETRY_AFTER_SEC) },
  });
}
