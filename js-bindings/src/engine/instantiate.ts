// Makes an instance of the compiled module, in a page or in a worker.
import { createModule, stamp } from '../wasm/keepline.js';
import type { Host, ModuleOverrides, NativeModule } from './native.js';

/** Whether the module was made with the glue that is here. */
export function isOfThisBuild(module: WebAssembly.Module): boolean {
  const [section] = WebAssembly.Module.customSections(module, 'keepline');
  return section !== undefined && new TextDecoder().decode(section) === stamp;
}

/** An instance of its own for each connection: disposing of one leaves nothing behind. */
export function instantiate(module: WebAssembly.Module, host: Host): Promise<NativeModule> {
  return new Promise((resolve, reject) => {
    createModule<ModuleOverrides, NativeModule>({
      host,
      wasm: module,
      instantiate: (wasm, imports) => ({
        // biome-ignore lint/suspicious/noThenProperty: the glue calls it, and awaits what it returns.
        then(started) {
          const done = WebAssembly.instantiate(wasm, imports).then((instance) =>
            started({ instance }),
          );
          // Bytes of another version do not fit the glue: that must be heard of.
          done.catch(reject);
          return done;
        },
      }),
    }).then(resolve, reject);
  });
}
