// `keepline/browser`: all that `keepline` offers, as one file for pages without a bundler. The build makes it
// so; only the module beside it is fetched.
export * from './index.js';
