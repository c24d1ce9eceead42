// Brings the WebAssembly module to the page: find the bytes, compile them once, make an instance.
//
// The file lies beside this one, except where a bundler moved this one away from it (Vite's
// pre-bundling) or where nothing can be fetched (file:). There, and where the file turns out not to
// be WebAssembly, the bytes come from a module of their own that is not loaded otherwise.
import { logLevels } from './generated/status.js';
import type { Host, NativeModule } from './native.js';
import type { ConnectionOptions } from './types.js';
import { createModule } from './wasm/keepline.js';

export type WasmSource = Pick<ConnectionOptions, 'wasmUrl' | 'wasmBinary'>;

const fileIsElsewhere = /^file:|\/\.vite\//;

/** One compilation for all connections of a page. */
const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** `afresh`: forget an earlier attempt for the same source, which may hang. */
export function compileModule(
  { wasmUrl, wasmBinary }: WasmSource,
  afresh = false,
): Promise<WebAssembly.Module> {
  if (wasmBinary instanceof WebAssembly.Module) return Promise.resolve(wasmBinary);
  if (wasmBinary) return WebAssembly.compile(wasmBinary);
  const key = String(wasmUrl ?? '');
  const known = compiled.get(key);
  if (known && !afresh) return known;
  const compiling = wasmUrl === undefined ? compileOwn() : compileFetched(wasmUrl);
  compiled.set(key, compiling);
  compiling.catch(() => {
    if (compiled.get(key) === compiling) compiled.delete(key);
  });
  return compiling;
}

async function compileOwn(): Promise<WebAssembly.Module> {
  if (fileIsElsewhere.test(import.meta.url)) return compileInlined();
  try {
    return await compileFetched(new URL('./wasm/keepline.wasm', import.meta.url));
  } catch (reason) {
    return compileInlined().catch(() => Promise.reject(reason));
  }
}

async function compileFetched(url: string | URL): Promise<WebAssembly.Module> {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`HTTP ${response.status} for the .wasm file`);
  // Streaming insists on the type; many servers do not know it.
  return response.headers.get('content-type') === 'application/wasm'
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

async function compileInlined(): Promise<WebAssembly.Module> {
  const { wasmBytes } = await import('./wasm/inline.js');
  return WebAssembly.compile(wasmBytes());
}

/** An instance of its own for each connection: disposing of one leaves nothing behind. */
export function instantiate(module: WebAssembly.Module, host: Host): Promise<NativeModule> {
  return new Promise((resolve, reject) => {
    createModule({
      host,
      locateFile: (name) => name,
      instantiateWasm(imports, receive) {
        WebAssembly.instantiate(module, imports).then(
          (instance) => receive(instance, module),
          reject,
        );
        return {};
      },
      print: (text) => host.log(logLevels.indexOf('info'), text),
      printErr: (text) => host.log(logLevels.indexOf('error'), text),
    }).then(resolve, reject);
  });
}
