// Brings the WebAssembly module to the page: finds the bytes, sees whether they belong to the glue, and
// compiles them once for all connections.
import { isOfThisBuild } from '../engine/instantiate.js';
import { reasonText } from '../engine/reason-text.js';
import { moduleAddress } from '../files.js';
import type { Copies } from './copies.js';

export interface ModuleSource {
  readonly wasmUrl?: string | URL | undefined;
  readonly wasmBinary?: BufferSource | WebAssembly.Module | undefined;
  /** Decides which of two modules it is: only one of them can judge payloads. */
  readonly validate?: string | undefined;
}

/** One try. */
export interface Try {
  /** Beside an earlier one, which may hang; and past the browser's cache, which may hold what was wrong. */
  readonly afresh: boolean;
  /** A file that is not there after so long is given up. */
  readonly limitMs: number;
}

export interface Helpers {
  /** Null for an entry that has none. */
  readonly copies: Copies | null;
  readonly log: (level: 'info' | 'warn', text: string) => void;
}

/** So long a first try may take; each that hung gives the next one twice as much. */
export const firstLimitMs = 5000;

/** `final`: no further try can mend it, only another page. */
export class LoadError extends Error {
  readonly final: boolean;

  constructor(message: string, final = false) {
    super(message);
    this.final = final;
  }
}

/** The bytes are of another build. */
class ForeignModule extends LoadError {
  constructor() {
    super('the .wasm file is of another build of the package: reload the page', true);
  }
}

/** What has been compiled, or is on its way, by its address; copies and given bytes by themselves. */
const compiled = new Map<unknown, Promise<WebAssembly.Module>>();

function once(
  key: unknown,
  afresh: boolean,
  compile: () => Promise<WebAssembly.Module>,
): Promise<WebAssembly.Module> {
  const known = compiled.get(key);
  if (known && !afresh) return known;
  const compiling = compile();
  compiled.set(key, compiling);
  compiling.catch(() => {
    if (compiled.get(key) === compiling) compiled.delete(key);
  });
  return compiling;
}

const isModule = (source: object): source is WebAssembly.Module =>
  Object.prototype.toString.call(source) === '[object WebAssembly.Module]';

/** Rejects for a module that was not built with this glue: it must be found before it is run. */
function checked(module: WebAssembly.Module): WebAssembly.Module {
  if (!isOfThisBuild(module)) throw new ForeignModule();
  return module;
}

/** The page's policy forbids WebAssembly: each browser says so in words of its own. */
const isForbidden = (reason: unknown): boolean =>
  /content.security.policy|unsafe-eval|\bCSP\b/i.test(reasonText(reason));

async function fetchModule(address: string, { afresh, limitMs }: Try): Promise<WebAssembly.Module> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    const cache = afresh ? 'reload' : 'default';
    const response = await fetch(address, { signal: limit.signal, cache });
    if (!response.ok) throw new Error(`HTTP ${response.status} for the .wasm file`);
    // Streaming insists on the type; many servers do not know it.
    const streams = response.headers.get('content-type') === 'application/wasm';
    return checked(
      streams
        ? await WebAssembly.compileStreaming(response)
        : await WebAssembly.compile(await response.arrayBuffer()),
    );
  } catch (reason) {
    if (limit.signal.aborted) {
      throw new Error(`the .wasm file was not there after ${limitMs / 1000} s`);
    }
    throw isForbidden(reason) ? new LoadError(reasonText(reason), true) : reason;
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects after `limitMs` where `wanted` is not there: an import cannot be ended. */
export function within<Value>(wanted: Promise<Value>, limitMs: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`a script was not there after ${limitMs / 1000} s`));
    timer = setTimeout(late, limitMs);
  });
  return Promise.race([wanted, limit]).finally(() => clearTimeout(timer));
}

async function compileCopy(copy: Copies['lean'], limitMs: number): Promise<WebAssembly.Module> {
  const { wasmBytes } = await within(copy(), limitMs);
  return WebAssembly.compile(wasmBytes());
}

/**
 * Resolves with a module that fits the glue. Rejects with a `LoadError` where it says that no further
 * try can help, with anything else where one may.
 */
export async function compileModule(
  source: ModuleSource,
  { copies, log }: Helpers,
  { afresh, limitMs }: Try,
): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== 'object') {
    throw new LoadError('this browser runs no WebAssembly', true);
  }
  const { wasmUrl, wasmBinary } = source;
  const kind = (source.validate ?? 'off') === 'off' ? 'lean' : 'strict';
  const copy = copies?.[kind];
  const takeCopy = (why: string) => {
    log('info', `the module is the copy in the script: ${why}`);
    const copyOf = copy as NonNullable<typeof copy>;
    return once(copyOf, afresh, () => compileCopy(copyOf, limitMs));
  };
  try {
    if (wasmBinary) {
      return checked(isModule(wasmBinary) ? wasmBinary : await WebAssembly.compile(wasmBinary));
    }
    const address = wasmUrl === undefined ? moduleAddress(kind) : String(wasmUrl);
    if (address !== null) {
      return await once(address, afresh, () => fetchModule(address, { afresh, limitMs }));
    }
    if (!copy) {
      throw new LoadError('there is no .wasm file here, and no copy: give wasmUrl', true);
    }
  } catch (reason) {
    const foreign = reason instanceof ForeignModule;
    // The browser's cache may hold the file of the build before.
    if (foreign && !afresh && !wasmBinary) {
      return compileModule(source, { copies, log }, { afresh: true, limitMs });
    }
    // Whoever names a file, or gives its bytes, wants these; a foreign one cannot be run.
    const mayCopy = foreign || (wasmUrl === undefined && !wasmBinary && !isForbidden(reason));
    if (wasmBinary && !foreign) throw new LoadError(reasonText(reason), true);
    if (!copy || !mayCopy) throw reason;
    const module = await takeCopy('the file could not be used').catch(() =>
      // The copy may be there at the next try, whatever the file is then.
      Promise.reject(new Error(reasonText(reason))),
    );
    log('warn', foreign ? 'the .wasm file is of another build' : reasonText(reason));
    return module;
  }
  return takeCopy('there is no file to fetch');
}

/**
 * Begins to fetch and compile the module before there is a connection; one that is made later finds it
 * under way. Failures are the connection's to tell.
 */
export function preloadModule({ wasmUrl, validate }: ModuleSource = {}): void {
  const kind = (validate ?? 'off') === 'off' ? 'lean' : 'strict';
  const address = wasmUrl === undefined ? moduleAddress(kind) : String(wasmUrl);
  if (address === null || typeof WebAssembly !== 'object') return;
  once(address, false, () => fetchModule(address, { afresh: false, limitMs: firstLimitMs }));
}
