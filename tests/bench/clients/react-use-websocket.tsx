// react-use-websocket where events go to a handler: its cheapest way, which renders for none of them.
import { createRoot } from 'react-dom/client';
import useWebSocket from 'react-use-websocket';
import type { Start } from '../contract.js';
import { routeText } from './route.js';

export const start: Start = (url, types, onEvent) => {
  const route = routeText(types, onEvent);
  function Listener() {
    useWebSocket(url, {
      onMessage: ({ data }) => route(data),
      filter: () => false,
      shouldReconnect: () => true,
    });
    return null;
  }
  createRoot(document.createElement('div')).render(<Listener />);
};
