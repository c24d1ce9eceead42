// What the package offers; nothing runs on import.
export { createConnection } from './client/create.js';
export * from './offer.js';
