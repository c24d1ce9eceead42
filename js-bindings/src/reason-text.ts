/** What whatever was thrown, or rejected with, says of itself. */
export const reasonText = (reason: unknown): string =>
  String((reason as Partial<Error> | null)?.message ?? reason);
