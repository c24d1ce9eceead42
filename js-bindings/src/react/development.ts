// Whether this is a build for developers, who want to be told of what is allowed and yet unwise.

declare const process: { readonly env: { readonly NODE_ENV?: string } };

export function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production';
  } catch {
    // Bundlers write the value in its place. In a page without a bundler there is no `process`.
    return false;
  }
}
