/** What whatever was thrown, or rejected with, says of itself. */
export function reasonText(reason: unknown): string {
  try {
    return String((reason as Partial<Error> | null)?.message ?? reason);
  } catch {
    return typeof reason; // an object that no text can be made of
  }
}
