// Brings the WebAssembly module to the page: find the bytes, compile them once.
//
// The file lies beside this one, except where a bundler moved this one away from it (Vite's
// pre-bundling) or where nothing can be fetched (file:). There, and where the file turns out not to
// be WebAssembly, the bytes come from a module of their own that is not loaded otherwise.
import { compileAnswer, fileIsElsewhere, leanFile, type WasmSource } from './wasm-file.js';

interface Place {
  readonly file: () => URL;
  readonly inlined: () => Promise<{ wasmBytes(): Uint8Array<ArrayBuffer> }>;
}

// Written out twice, because bundlers look for exactly these shapes.
const lean: Place = {
  file: leanFile,
  inlined: () => import('../wasm/inline.js'),
};
const strict: Place = {
  file: () => new URL('../wasm/keepline-strict.wasm', import.meta.url),
  inlined: () => import('../wasm/inline-strict.js'),
};

/** By its own word: another realm's is no instance of this one's class. */
const isModule = (source: object): source is WebAssembly.Module =>
  Object.prototype.toString.call(source) === '[object WebAssembly.Module]';

/** One compilation for all connections of a page. */
const compiled = new Map<string | Place, Promise<WebAssembly.Module>>();

/**
 * `afresh`: forget an earlier attempt for the same source, which may hang. `early`: our own file, whose
 * compilation was begun before.
 */
export function compileModule(
  { wasmUrl, wasmBinary, validate = 'off' }: WasmSource,
  afresh = false,
  early?: Promise<WebAssembly.Module>,
): Promise<WebAssembly.Module> {
  if (wasmBinary && isModule(wasmBinary)) return Promise.resolve(wasmBinary);
  if (wasmBinary) return WebAssembly.compile(wasmBinary);
  const place = validate === 'off' ? lean : strict;
  const key = wasmUrl === undefined ? place : String(wasmUrl);
  const known = compiled.get(key);
  if (known && !afresh) return known;
  const compiling =
    wasmUrl === undefined ? compileOwn(place, early) : compileAnswer(fetch(wasmUrl));
  compiled.set(key, compiling);
  compiling.catch(() => {
    if (compiled.get(key) === compiling) compiled.delete(key);
  });
  return compiling;
}

async function compileOwn(
  place: Place,
  early: Promise<WebAssembly.Module> | undefined,
): Promise<WebAssembly.Module> {
  if (fileIsElsewhere(import.meta.url)) return compileInlined(place);
  try {
    return await (early ?? compileAnswer(fetch(place.file())));
  } catch (reason) {
    return compileInlined(place).catch(() => Promise.reject(reason));
  }
}

async function compileInlined({ inlined }: Place): Promise<WebAssembly.Module> {
  const { wasmBytes } = await inlined();
  return WebAssembly.compile(wasmBytes());
}
