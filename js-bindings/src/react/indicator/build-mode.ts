// Whether an application's developer is looking: decided by how the application was built, as an
// address says nothing of it. A production build on localhost may stand before customers.

declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** In doubt it is not. */
export function isDevelopmentBuild(): boolean {
  try {
    // Bundlers put a text in place of exactly these words, so they must not be asked for any other
    // way; where nobody did, a browser knows no `process` and throws.
    return process.env.NODE_ENV === 'development';
  } catch {
    return false;
  }
}
