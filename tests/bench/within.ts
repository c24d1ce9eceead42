// A bound on waiting: everything the benchmark waits for ends by itself, with a reason.

export async function within<Value>(
  ms: number,
  what: string,
  wait: Promise<Value>,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const bound = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Waited ${ms / 1000} s for ${what}: it never came.`)),
      ms,
    );
  });
  try {
    return await Promise.race([wait, bound]);
  } finally {
    clearTimeout(timer);
  }
}
