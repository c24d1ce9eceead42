// Keepline with its defaults, in the page; the token aside, which the bench's server does not ask for.
import { createConnection } from 'keepline';
import type { Start } from '../contract.js';

export const start: Start = (url, types, onEvent) => {
  const connection = createConnection({ url });
  for (const type of types) connection.subscribe(type, (event) => onEvent(type, event));
};
