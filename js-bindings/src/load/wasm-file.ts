// Where the module's file is, and its first compilation: under way while the rest of the package is
// loaded, so that one does not wait for the other. Knows nothing of what the file holds.

export interface WasmSource {
  readonly wasmUrl?: string | URL | undefined;
  readonly wasmBinary?: BufferSource | WebAssembly.Module | undefined;
  /** Decides which of two modules it is: only one of them can judge payloads. */
  readonly validate?: 'off' | 'report' | 'strict' | undefined;
}

/** Written out, because bundlers look for exactly this shape. */
export const leanFile = () => new URL('../wasm/keepline.wasm', import.meta.url);

/** Of the address of a file of ours: those beside it are not where it is. */
export const fileIsElsewhere = (url: string): boolean => /^file:|\/\.vite\//.test(url);

/** Rejects where the answer is none, or no WebAssembly. */
export async function compileAnswer(answer: Promise<Response>): Promise<WebAssembly.Module> {
  const response = await answer;
  if (!response.ok) throw new Error(`HTTP ${response.status} for the .wasm file`);
  // Streaming insists on the type; many servers do not know it.
  return response.headers.get('content-type') === 'application/wasm'
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

let begun = false;

/** The file compiled, for the first connection of a page that needs no other file. */
export function compileEarly({
  wasmUrl,
  wasmBinary,
  validate = 'off',
}: WasmSource): Promise<WebAssembly.Module> | undefined {
  if (begun || wasmUrl || wasmBinary || validate !== 'off' || fileIsElsewhere(import.meta.url))
    return;
  begun = true;
  const module = compileAnswer(fetch(leanFile()));
  // Whoever waits for it hears of it.
  module.catch(() => undefined);
  return module;
}
