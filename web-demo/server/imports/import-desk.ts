/**
 * Who may import now, and what has become of imports: one at a time for a user, a few for a tenant
 * and for everybody, the newest kept. An import belongs to its (tenant, user): nobody else hears or
 * finds it.
 */
import { randomUUID } from 'node:crypto';
import { sameUser, type UserKey, UserMap } from 'keepline/server';
import { RequestError } from 'keepline/server/standalone';
import type { Log } from '../log.js';
import type { ImportLimits } from '../options.js';
import { ContactBook } from './contact-book.js';
import { FileReader } from './file-reader.js';
import {
  type ImportEventType,
  ImportRun,
  type ImportRunDependencies,
  type ImportState,
  type ImportSummary,
} from './import-run.js';
import type { ReadSettings } from './reading/contact-file.js';
import type { PackedFile } from './reading/thread-messages.js';

export interface ImportDeskDependencies {
  readonly limits: ImportLimits;
  readonly publish: (principal: UserKey, type: ImportEventType, data: unknown) => void;
  readonly onEnded: (state: ImportState) => void;
  readonly log: Log;
}

export interface Upload {
  /** A label and nothing else. */
  readonly name: string;
  readonly settings: ReadSettings;
  /** Gives the file when all of it has arrived, and holds it until it has been read. */
  readonly receive: <Result>(use: (bytes: Uint8Array) => Promise<Result>) => Promise<Result>;
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
  readonly #reader: FileReader;
  /** The file that each user is sending or having imported; null until it has an id. */
  readonly #busy = new UserMap<string | null>();
  /** Files of each tenant that have arrived and are not done with. */
  readonly #places = new Map<string, number>();
  #placesTaken = 0;
  /** Oldest first, as a `Map` keeps them. */
  readonly #kept = new Map<string, KeptImport>();
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(deps: ImportDeskDependencies) {
    this.#deps = deps;
    this.#contacts = new ContactBook(deps.limits.contactsPerTenantMax);
    this.#reader = new FileReader(deps.limits, deps.log);
  }

  /** Those that are being received or worked on. */
  get held(): number {
    return [...this.#busy.entries()].length;
  }

  /**
   * Receives the user's one file, has it read, and starts to import it. The user may send the next
   * when all rows are done or nothing came of it.
   */
  async accept(principal: UserKey, upload: Upload): Promise<ImportState> {
    this.#begin(principal);
    let isStarted = false;
    try {
      const run = await upload.receive(async (bytes) => {
        const file = await this.#read(principal, upload, bytes);
        return this.#start(principal, upload.name, file);
      });
      isStarted = true;
      return run.snapshot();
    } finally {
      if (!isStarted) this.#busy.delete(principal);
    }
  }

  /** Newest first. */
  list(principal: UserKey): ImportSummary[] {
    return this.#of(principal)
      .map(([, { run }]) => run.summary())
      .reverse();
  }

  /** Undefined as well for an import of somebody else: whether there is one is not theirs to know. */
  find(principal: UserKey, importId: string): ImportRun | undefined {
    const kept = this.#kept.get(importId);
    return kept && sameUser(kept.principal, principal) ? kept.run : undefined;
  }

  /** Ends what is under way; its users are told. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
    await this.#reader.close();
  }

  #begin(principal: UserKey): void {
    this.#requireRunning();
    const underWay = this.#busy.get(principal);
    if (underWay !== undefined) {
      throw new RequestError(409, 'An import of yours is under way: wait until it is done.', {
        details: underWay === null ? {} : { importId: underWay },
      });
    }
    this.#busy.set(principal, null);
  }

  async #read({ tenant }: UserKey, { settings }: Upload, bytes: Uint8Array): Promise<PackedFile> {
    this.#takePlace(tenant);
    try {
      return await this.#reader.read({ tenant, bytes, settings }, this.#stopping.signal);
    } catch (error) {
      this.#freePlace(tenant);
      this.#requireRunning();
      throw error;
    }
  }

  /** A file that nobody has sent yet takes none: whoever sends slowly keeps nobody else waiting. */
  #takePlace(tenant: string): void {
    const { concurrentMax, perTenantMax } = this.#deps.limits;
    const ofTenant = this.#places.get(tenant) ?? 0;
    if (ofTenant >= perTenantMax || this.#placesTaken >= concurrentMax) {
      throw busy('Too many imports are under way: try again in a few seconds.');
    }
    this.#places.set(tenant, ofTenant + 1);
    this.#placesTaken += 1;
  }

  #freePlace(tenant: string): void {
    const left = (this.#places.get(tenant) ?? 0) - 1;
    if (left > 0) this.#places.set(tenant, left);
    else this.#places.delete(tenant);
    this.#placesTaken -= 1;
  }

  #requireRunning(): void {
    if (!this.#stopping.signal.aborted) return;
    throw busy('The server is stopping: send the file again in a moment.');
  }

  #start(principal: UserKey, name: string, file: PackedFile): ImportRun {
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
    log.info({ importId, ...principal, rows: file.total }, 'import started');
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
      this.#busy.delete(principal);
      this.#freePlace(principal.tenant);
    }
    this.#boundRefused();
    const ended = run.snapshot();
    this.#deps.onEnded(ended);
    const { importId, state, succeeded, failed, durationMs } = ended;
    this.#deps.log.info({ importId, state, succeeded, failed, durationMs }, 'import ended');
  }

  #keep(importId: string, kept: KeptImport): void {
    this.#kept.set(importId, kept);
    const { keptPerUser, keptMax } = this.#deps.limits;
    for (const [id] of this.#of(kept.principal).slice(0, -keptPerUser)) this.#kept.delete(id);
    for (const [id, { run }] of this.#kept) {
      if (this.#kept.size <= keptMax) break;
      if (!run.isRunning) this.#kept.delete(id);
    }
  }

  #of(principal: UserKey): [string, KeptImport][] {
    return [...this.#kept].filter(([, kept]) => sameUser(kept.principal, principal));
  }

  /** The oldest are forgotten first; their counts and reasons stay. */
  #boundRefused(): void {
    const runs = [...this.#kept.values()].map(({ run }) => run);
    let bytes = runs.reduce((sum, { refused }) => sum + refused.bytes, 0);
    for (const { refused } of runs) {
      if (bytes <= this.#deps.limits.refusedBytesInAll) return;
      bytes -= refused.bytes;
      refused.forget();
    }
  }
}

function busy(why: string): RequestError {
  return new RequestError(503, why, { headers: { 'Retry-After': String(RETRY_AFTER_SEC) } });
}
