// The package's files once more, as modules: for where no file can be fetched, and for where the file
// that was fetched is another build's. None is loaded before it is needed.

export interface Copies {
  readonly lean: () => Promise<{ wasmBytes(): BufferSource }>;
  readonly strict: () => Promise<{ wasmBytes(): BufferSource }>;
  readonly worker: () => Promise<{ readonly workerText: string }>;
}

export const copies: Copies = {
  lean: () => import('../wasm/inline.js'),
  strict: () => import('../wasm/inline-strict.js'),
  worker: () => import('../wasm/inline-worker.js'),
};
