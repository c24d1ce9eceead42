// The floor: the browser's own WebSocket, JSON.parse, and a look at the type. Never reconnects.
import type { Start } from '../contract.js';
import { routeText } from './route.js';

export const start: Start = (url, types, onEvent) => {
  const route = routeText(types, onEvent);
  const socket = new WebSocket(url);
  socket.onmessage = ({ data }) => route(data);
};
