// Where the package's files are. This one lies beside their folder, so that `./wasm/keepline.wasm` is
// right for the package as it is and for a bundle whose author has put that folder beside it.
//
// A bundler that copies a file rewrites its address, and leaves alone what the script says of itself:
// so it is the file's own address that is looked at.

/** Written out one by one, because bundlers look for exactly these shapes. */
const files = {
  lean: () => new URL('./wasm/keepline.wasm', import.meta.url).href,
  strict: () => new URL('./wasm/keepline-strict.wasm', import.meta.url).href,
};

/**
 * False where no file can be: pages from file:, and Vite's folder of pre-bundled scripts, which holds
 * scripts only.
 */
const canBeFetched = (address: string): boolean => !/^file:|\/\.vite\//.test(address);

/** Null where there is no file to be fetched: also where a script has no address, as classic ones. */
export function moduleAddress(kind: keyof typeof files): string | null {
  try {
    const address = files[kind]();
    return canBeFetched(address) ? address : null;
  } catch {
    return null;
  }
}
