// What a process holds once its garbage is gone. It has to run with --expose-gc.

export interface Memory {
  readonly rss: number;
  /** JavaScript's own, and the buffers beside it. */
  readonly heap: number;
}

export async function readMemory(): Promise<Memory> {
  const { gc } = globalThis;
  if (!gc) throw new Error('Memory is read in a process with --expose-gc.');
  // What only a finalizer lets go of is gone with the second collection.
  for (let turn = 0; turn < 3; turn += 1) {
    gc();
    await new Promise((next) => setImmediate(next));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}
