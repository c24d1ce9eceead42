// What every client without routing of its own needs: which types are wanted, looked up by name.
import type { BenchEvent, OnEvent } from '../contract.js';

type Typed = BenchEvent & { readonly type: string };

/** For what was parsed already. */
export function routeEvent(types: readonly string[], onEvent: OnEvent): (event: Typed) => void {
  const wanted = new Set(types);
  return (event) => {
    if (wanted.has(event.type)) onEvent(event.type, event);
  };
}

/** For text as it comes: parsed, then routed. */
export function routeText(types: readonly string[], onEvent: OnEvent): (text: string) => void {
  const route = routeEvent(types, onEvent);
  return (text) => route(JSON.parse(text));
}
