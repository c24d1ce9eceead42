// How a page hears what it is to do and says what it saw: by its query, and by posts to its server.
import type { Plan, Reports, Topic } from '../contract.js';

export function say<Name extends Topic>(topic: Name, report: Reports[Name]): void {
  void fetch(`/said/${topic}`, { method: 'POST', body: JSON.stringify(report) });
}

export function sayFailures(): void {
  addEventListener('error', ({ message }) => say('failed', { message }));
  addEventListener('unhandledrejection', ({ reason }) =>
    say('failed', { message: String(reason) }),
  );
}

export function readPlan(): Plan {
  return JSON.parse(new URLSearchParams(location.search).get('plan') ?? '') as Plan;
}

/** The memories of all WebAssembly instances made from now on; whoever made them. */
export function watchWasm(): () => number {
  const memories = new Set<WebAssembly.Memory>();
  const look = (instance: WebAssembly.Instance) => {
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) memories.add(value);
    }
  };
  const original = WebAssembly.instantiate;
  WebAssembly.instantiate = (async (...given: Parameters<typeof original>) => {
    const made: unknown = await original(...given);
    if (made instanceof WebAssembly.Instance) look(made);
    else look((made as unknown as WebAssembly.WebAssemblyInstantiatedSource).instance);
    return made;
  }) as typeof original;
  return () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}
