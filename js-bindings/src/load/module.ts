// Brings the WebAssembly module to the page: finds the bytes, sees whether they belong to the glue, and
// compiles them once for all connections.
import { isOfThisBuild } from '../engine/instantiate.js';
import { isA, reasonText } from '../engine/own-words.js';
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

/** No further try can mend it, only another page. */
export class LoadError extends Error {}

/** The bytes are of another build. */
class ForeignModule extends LoadError {}

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

/** Rejects for a module that was not built with this glue: it must be found before it is run. */
function checked(module: WebAssembly.Module): WebAssembly.Module {
  if (isOfThisBuild(module)) return module;
  throw new ForeignModule('the .wasm file is of another build of the package: reload the page');
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
    throw isForbidden(reason) ? new LoadError(reasonText(reason)) : reason;
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

const kindOf = ({ validate }: ModuleSource) => ((validate ?? 'off') === 'off' ? 'lean' : 'strict');

/** Null where there is no file to be fetched. */
const addressOf = (source: ModuleSource): string | null =>
  source.wasmUrl === undefined ? moduleAddress(kindOf(source)) : String(source.wasmUrl);

const fetchOnce = (address: string, how: Try): Promise<WebAssembly.Module> =>
  once(address, how.afresh, () => fetchModule(address, how));

/**
 * Resolves with a module that fits the glue. Rejects with a `LoadError` where no further try can help,
 * with anything else where one may.
 */
export async function compileModule(
  source: ModuleSource,
  helpers: Helpers,
  how: Try,
): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== 'object') throw new LoadError('this browser runs no WebAssembly');
  const { wasmUrl, wasmBinary } = source;
  const { copies, log } = helpers;
  const copy = copies?.[kindOf(source)];
  const takeCopy = (wanted: Copies['lean'], why: string) => {
    log('info', `the module is the copy in the script: ${why}`);
    return once(wanted, how.afresh, () => compileCopy(wanted, how.limitMs));
  };
  const address = wasmBinary ? null : addressOf(source);
  if (copy && !wasmBinary && address === null) return takeCopy(copy, 'there is no file to fetch');
  try {
    if (wasmBinary) {
      const isCompiled = isA('WebAssembly.Module', wasmBinary);
      return checked(isCompiled ? wasmBinary : await WebAssembly.compile(wasmBinary));
    }
    if (address !== null) return await fetchOnce(address, how);
    throw new LoadError('there is no .wasm file here, and no copy: give wasmUrl');
  } catch (reason) {
    const foreign = reason instanceof ForeignModule;
    // The browser's cache may hold the file of the build before.
    if (foreign && !how.afresh && !wasmBinary) {
      return compileModule(source, helpers, { ...how, afresh: true });
    }
    // Whoever names a file, or gives its bytes, wants these; a foreign one cannot be run.
    const ours = wasmUrl === undefined && !wasmBinary;
    if (!copy || !(foreign || (ours && !(reason instanceof LoadError)))) {
      throw wasmBinary ? new LoadError(reasonText(reason)) : reason;
    }
    const module = await takeCopy(copy, 'the file could not be used').catch(() =>
      // The copy may be there at the next try, whatever the file is then.
      Promise.reject(new Error(reasonText(reason))),
    );
    log('warn', foreign ? 'the .wasm file is of another build' : reasonText(reason));
    return module;
  }
}

/**
 * Begins to fetch and compile the module before there is a connection; one that is made later finds it
 * under way. Failures are the connection's to tell.
 */
export function preloadModule(source: Pick<ModuleSource, 'wasmUrl' | 'validate'> = {}): void {
  const address = addressOf(source);
  if (address === null || typeof WebAssembly !== 'object') return;
  fetchOnce(address, { afresh: false, limitMs: firstLimitMs });
}
