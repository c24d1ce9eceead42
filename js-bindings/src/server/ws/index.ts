// `keepline/server/ws`: the real-time half on a Node HTTP server, by the library `ws`.
export type { TrustProxy } from '../forwarded.js';
export { type AttachOptions, attach, type OpenedLink } from './attach.js';
export { refuseUpgrade } from './upgrades.js';
