// pusher-js with its protocol 7 against a server of our own: one channel, and its own way of asking for a type.
import Pusher from 'pusher-js';
import type { BenchEvent, Start } from '../contract.js';
import { channel } from '../wire-names.js';

export const start: Start = (url, types, onEvent) => {
  const { hostname, port, pathname } = new URL(url);
  const pusher = new Pusher('bench', {
    cluster: '',
    wsHost: hostname,
    wsPort: Number(port),
    wsPath: pathname,
    forceTLS: false,
    enabledTransports: ['ws'],
  });
  const subscription = pusher.subscribe(channel);
  for (const type of types) {
    subscription.bind(type, (event: BenchEvent) => onEvent(type, event));
  }
};
