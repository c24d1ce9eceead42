/** In Node, with the sockets of `ws`: an application's own test, or a service that listens like a page. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createConnection } from 'keepline';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';

const wasmBinary = readFileSync(createRequire(import.meta.url).resolve('keepline/wasm'));

/** A machine that takes connections and says nothing. */
async function startSilent(): Promise<{ port: number; accepted: Promise<Socket> }> {
  const server = createServer();
  const accepted = once(server, 'connection').then(([socket]) => socket as Socket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, accepted };
}

it('a dial of `ws` that is given up leaves no error that nobody hears, which would end the process', async () => {
  const { port, accepted } = await startSilent();
  const dialled: WebSocket[] = [];
  class Watched extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      dialled.push(this);
    }
  }
  const connection = createConnection({
    url: `ws://127.0.0.1:${port}/ws`,
    WebSocket: Watched,
    wasmBinary,
    identity: 'ada',
    getToken: () => 'token',
    logLevel: 'silent',
  });
  const far = await accepted;
  const closed = once(far, 'close');
  connection.dispose();
  expect(dialled.map((socket) => socket.listenerCount('error'))).toEqual([1]);
  far.resume();
  await closed;
});
