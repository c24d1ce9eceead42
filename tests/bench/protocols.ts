// How the benchmark's server greets each client that has no server of its own here: of its protocol what one
// subscriber needs. Knows nothing of streams and of what is measured.
import type { WebSocket } from 'ws';
import { firstEvent, greeting } from './events.js';
import { type Format, writeEvent } from './wire.js';

export type Speak = (ws: WebSocket, greet: () => void, query: URLSearchParams) => void;

/** What a server greets with, and the one event that every page waits for. */
function sayFirst(ws: WebSocket, format: Format): void {
  for (const event of [greeting, firstEvent]) ws.send(writeEvent(format, event));
}

/**
 * `?heartbeatMs=…`: how often the client is told to ping. `?batch`: it may be sent several events in a message,
 * once it has said that it takes them so.
 */
export const speakJson: Speak = (ws, greet, query) => {
  const batch = query.has('batch');
  ws.on('message', (bytes) => {
    const message = JSON.parse(String(bytes));
    if (message.type === 'ping') ws.send(JSON.stringify({ type: 'pong', id: message.id }));
    if (batch && message.type === 'subscribe' && message.data.batch) greet();
  });
  const told = query.get('heartbeatMs');
  const data = {
    ...greeting.data,
    ...(told && { heartbeatMs: Number(told) }),
    ...(batch && { features: ['subscribe', 'batch'] }),
  };
  for (const event of [{ ...greeting, data }, firstEvent]) ws.send(writeEvent('json', event));
  if (!batch) greet();
};

/** As its own server by default. */
const pingSec = 25;

/** Of the protocol what one subscriber needs: connect, subscribe, publications. */
export const speakCentrifuge: Speak = (ws, greet) => {
  const pinging = setInterval(() => ws.send('{}'), pingSec * 1000);
  ws.on('close', () => clearInterval(pinging));
  ws.on('message', (bytes) => {
    for (const line of String(bytes).split('\n')) {
      const { id, connect, subscribe } = JSON.parse(line);
      if (connect) {
        const pings = { ping: pingSec, pong: true };
        ws.send(JSON.stringify({ id, connect: { client: 'bench', version: '5', ...pings } }));
      }
      if (!subscribe) continue;
      ws.send(JSON.stringify({ id, subscribe: {} }));
      sayFirst(ws, 'centrifuge');
      greet();
    }
  });
};

/** Protocol 7: https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol/ */
export const speakPusher: Speak = (ws, greet) => {
  const say = (event: string, data: object, channel?: string) =>
    ws.send(JSON.stringify({ event, channel, data: JSON.stringify(data) }));
  ws.on('message', (bytes) => {
    const { event, data } = JSON.parse(String(bytes));
    if (event === 'pusher:ping') say('pusher:pong', {});
    if (event !== 'pusher:subscribe') return;
    say('pusher_internal:subscription_succeeded', {}, data.channel);
    sayFirst(ws, 'pusher');
    greet();
  });
  say('pusher:connection_established', { socket_id: '1.1', activity_timeout: 120 });
};

/** Version 2 of the serializer: join reference, reference, topic, event, payload. */
export const speakPhoenix: Speak = (ws, greet) => {
  ws.on('message', (bytes) => {
    const [join, reference, topic, event] = JSON.parse(String(bytes));
    const reply = { status: 'ok', response: {} };
    ws.send(JSON.stringify([join, reference, topic, 'phx_reply', reply]));
    if (event !== 'phx_join') return;
    sayFirst(ws, 'phoenix');
    greet();
  });
};
