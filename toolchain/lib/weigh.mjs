// What a file weighs where it is downloaded: compressed as a server would.
import { brotliCompressSync, constants } from 'node:zlib';

/** @param {Uint8Array} bytes */
export const weigh = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;
