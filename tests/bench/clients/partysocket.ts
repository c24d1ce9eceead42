// partysocket's WebSocket for any server, with its defaults, and the floor's parsing and routing.
import { WebSocket as PartyWebSocket } from 'partysocket';
import type { Start } from '../contract.js';
import { routeText } from './route.js';

export const start: Start = (url, types, onEvent) => {
  const route = routeText(types, onEvent);
  const socket = new PartyWebSocket(url);
  socket.addEventListener('message', ({ data }) => route(String(data)));
};
