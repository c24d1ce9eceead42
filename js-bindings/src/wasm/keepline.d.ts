import type { ModuleOverrides, NativeModule } from '../native.js';

/** Emscripten's glue: makes one instance of the module. */
export declare function createModule(overrides: ModuleOverrides): Promise<NativeModule>;
