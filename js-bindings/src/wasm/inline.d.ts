/** The bytes of keepline.wasm, for where no file can be fetched. */
export declare function wasmBytes(): BufferSource;
