/** The module's glue, made by the build; engine/native.ts has the shapes of what it takes and gives. */
export declare function createModule<Overrides, Module>(overrides: Overrides): Promise<Module>;

/** Of the build that glue and modules were made in: a module's section `keepline` holds the same. */
export declare const stamp: string;
