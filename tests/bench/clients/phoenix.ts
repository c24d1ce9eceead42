// phoenix with its channels, version 2 of its protocol: one topic, and its own way of asking for a type.
import { Socket } from 'phoenix';
import type { Start } from '../contract.js';
import { channel } from '../wire-names.js';

export const start: Start = (url, types, onEvent) => {
  const socket = new Socket(url);
  socket.connect();
  const subscription = socket.channel(channel);
  for (const type of types) subscription.on(type, (event) => onEvent(type, event));
  subscription.join();
};
