// Connections of strangers that are refused, or that never finish to ask: whether the server lets go of them.
import { readdir, readlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startDemo } from './demo.js';
import type { World } from './world.js';

export interface Descriptors {
  readonly refused: number;
  readonly half: number;
  readonly most: number;
  readonly leftInTheEnd: number;
  /** When none was left; null if that was never seen. */
  readonly goneAfterSec: number | null;
}

/** The headers of a request have 10 s, which is looked at every 5 s; and a moment to do it. */
const deadlineMs = 15_500;
const acceptMsMax = 10_000;
const askMs = 100;
const upgrade =
  'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
/** To another address, and without a key; both are refused before there is a WebSocket. */
const refusedRequests = [
  `GET /other HTTP/1.1\r\n${upgrade}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  `GET /ws HTTP/1.1\r\n${upgrade}\r\n`,
];
const halfRequest = 'GET /ws HTTP/1.1\r\nHost: x\r\n';

/** Says this much, and then neither reads, nor speaks, nor hangs up. */
function dial(port: number, text: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.pause();
  return new Promise((resolve) => socket.write(text, () => resolve(socket)));
}

async function socketsOf(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  const targets = (await readdir(folder)).map((name) =>
    readlink(`${folder}/${name}`).catch(() => ''),
  );
  return (await Promise.all(targets)).filter((target) => target.startsWith('socket:')).length;
}

/** Null where no file says what a process has open. */
export async function measureDescriptors(world: World): Promise<Descriptors | null> {
  if (process.platform !== 'linux') return null;
  const { strangers } = world.scale;
  world.progress(`descriptors: ${strangers} refused upgrades, ${strangers} half requests`);
  const { server, port } = await startDemo(world);
  const dialled: Socket[] = [];
  try {
    const before = await socketsOf(server.pid);
    let most = 0;
    const left = async () => {
      const count = Math.max(0, (await socketsOf(server.pid)) - before);
      most = Math.max(most, count);
      return count;
    };
    for (let count = 0; count < strangers; count += 1) {
      dialled.push(await dial(port, refusedRequests[count % refusedRequests.length] ?? ''));
      dialled.push(await dial(port, halfRequest));
    }
    const dialledAt = performance.now();
    // The server hears of them later than the kernel that takes them.
    while ((await left()) < strangers && performance.now() - dialledAt < acceptMsMax) {
      await pause(askMs);
    }
    const beganAt = performance.now();
    let goneAfterSec: number | null = null;
    while (performance.now() - beganAt < deadlineMs && goneAfterSec === null) {
      await pause(askMs);
      if ((await left()) === 0) goneAfterSec = (performance.now() - beganAt) / 1000;
    }
    const leftInTheEnd = goneAfterSec === null ? await left() : 0;
    return { refused: strangers, half: strangers, most, leftInTheEnd, goneAfterSec };
  } finally {
    for (const socket of dialled) socket.destroy();
    await server.stop();
  }
}
