// The payload of a message as JSON, or why it cannot be.

export type Written = { readonly json: string } | { readonly problem: string | undefined };

export function write(data: unknown): Written {
  try {
    const json = data === undefined ? '' : JSON.stringify(data);
    return json === undefined ? { problem: `data is a ${typeof data}` } : { json };
  } catch (reason) {
    return { problem: reason instanceof Error ? reason.message : undefined };
  }
}
