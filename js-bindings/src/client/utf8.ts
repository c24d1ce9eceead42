/**
 * In bytes of UTF-8. By a Blob where there is more than ASCII, because the simulated pages of tests have one and
 * no TextEncoder; and only there, because a page's first Blob takes longer than the dial that waits for it.
 */
export const utf8Length = (text: string): number =>
  /[^\0-\x7f]/.test(text) ? new Blob([text]).size : text.length;
