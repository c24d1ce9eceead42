// reconnecting-websocket with its defaults, and the floor's own parsing and routing.
import ReconnectingWebSocket from 'reconnecting-websocket';
import type { Start } from '../contract.js';
import { routeText } from './route.js';

export const start: Start = (url, types, onEvent) => {
  const route = routeText(types, onEvent);
  const socket = new ReconnectingWebSocket(url);
  socket.addEventListener('message', ({ data }) => route(data));
};
