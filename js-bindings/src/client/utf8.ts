/** In bytes of UTF-8. By a Blob, because the simulated pages of tests have one and no TextEncoder. */
export const utf8Length = (text: string): number => new Blob([text]).size;
