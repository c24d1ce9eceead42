// Keepline in a worker: the page is handed what it subscribed to, and nothing else.
import { createConnection } from 'keepline';
import type { Start } from '../contract.js';

export const start: Start = (url, types, onEvent) => {
  const connection = createConnection({ url, host: 'worker' });
  for (const type of types) connection.subscribe(type, (event) => onEvent(type, event));
};
