// socket.io-client on WebSocket alone, without the HTTP polling that it otherwise begins with.
import { io } from 'socket.io-client';
import type { Start } from '../contract.js';

export const start: Start = (url, types, onEvent) => {
  const { origin, pathname } = new URL(url);
  const socket = io(origin, { path: pathname, transports: ['websocket'] });
  for (const type of types) socket.on(type, (event) => onEvent(type, event));
};
