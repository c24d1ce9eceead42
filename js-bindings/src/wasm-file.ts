// Where the module's file is, and a first request for it: on its way while the rest of the package is
// loaded, so that one does not wait for the other. Knows nothing of what the file holds.
import type { ConnectionOptions } from './types.js';

/** Written out, because bundlers look for exactly this shape. */
export const leanFile = () => new URL('./wasm/keepline.wasm', import.meta.url);

/** Of the address of a file of ours: those beside it are not where it is. */
export const fileIsElsewhere = (url: string): boolean => /^file:|\/\.vite\//.test(url);

let asked = false;

/** The file's answer, for the first connection of a page that needs no other file. */
export function fetchEarly({
  wasmUrl,
  wasmBinary,
  validate = 'off',
}: ConnectionOptions): Promise<Response> | undefined {
  if (asked || wasmUrl || wasmBinary || validate !== 'off' || fileIsElsewhere(import.meta.url))
    return;
  asked = true;
  const answer = fetch(leanFile());
  // Whoever reads it hears of it.
  answer.catch(() => undefined);
  return answer;
}
