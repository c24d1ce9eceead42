// The shared cases through the module that a page has loaded: fake sockets, and time that the test
// advances from outside.
import { type Connection, type ConnectionOptions, createConnection } from 'keepline';
import { FakeWebSocket } from '../../js/support/fake-web-socket.js';
import {
  checkBackoff,
  checkClosePolicy,
  checkEndpoint,
  checkFrame,
  type World,
} from '../../js/vector-runner.js';

declare global {
  interface Window {
    /** Given by the test: moves the page's clocks and runs what is due. */
    advanceClock(ms: number): Promise<void>;
    /** What was seen instead, for each case that does not hold. */
    runVectors(name: string, cases: readonly unknown[]): Promise<string[]>;
  }
}

function whenLoaded(connection: Connection): Promise<void> {
  if (connection.status().phase !== 'loading') return Promise.resolve();
  return new Promise((resolve) => {
    const stop = connection.onStatus(({ phase }) => {
      if (phase === 'loading') return;
      stop();
      resolve();
    });
  });
}

/** A turn of the event loop that no faked timer is needed for. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

const world: World = {
  async connect(options: ConnectionOptions) {
    FakeWebSocket.reset();
    const connection = createConnection({ ...options, log: () => undefined });
    await whenLoaded(connection);
    await turn();
    return connection;
  },
  socket: () => FakeWebSocket.made.at(-1) ?? null,
  now: () => Date.now(),
  async advance(ms) {
    await window.advanceClock(ms);
    await turn();
  },
};

const checks = {
  endpoint: checkEndpoint,
  backoff: checkBackoff,
  close_policy: checkClosePolicy,
  frames: (each: World, given: never) => checkFrame(each, given, 'off', 'text'),
  frames_strict: (each: World, given: never) => checkFrame(each, given, 'strict', 'binary'),
} as const;

window.runVectors = async (name, cases) => {
  window.WebSocket = FakeWebSocket as unknown as typeof WebSocket;
  const check = checks[name as keyof typeof checks];
  const failures: string[] = [];
  for (const each of cases) {
    const verdict = await check(world, each as never);
    if (verdict !== null) failures.push(`${JSON.stringify(each)}: ${verdict}`);
  }
  return failures;
};
