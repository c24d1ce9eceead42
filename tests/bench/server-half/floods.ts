// Peers that go on talking after the server has closed their link: how much of it is read.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { within } from '../within.js';
import type { NodeAnswers } from './node.js';
import { fileOf, Remote } from './processes.js';
import type { World } from './world.js';

export interface Flood {
  /** What the link was closed for. */
  readonly after: string;
  /** Offered to the network, and read of it by the server; the dial itself is in both. */
  readonly offered: number;
  readonly read: number;
  readonly cutAfterMs: number;
}

/** Of a client that uses a mask of zeros, under which the bytes are themselves. */
function frame(payload: Buffer, bytes = payload.length): Buffer {
  const head = Buffer.alloc(14);
  head[0] = 0x81;
  head[1] = 0xff;
  head.writeBigUInt64BE(BigInt(bytes), 2);
  return Buffer.concat([head, payload]);
}

const offences: readonly (readonly [string, Buffer])[] = [
  ['a frame that is no JSON', frame(Buffer.from('{"type":'))],
  // Its head alone: the flood is what it says it has.
  ['a message that is too large', frame(Buffer.alloc(0), 2 ** 40)],
];
const flood = frame(Buffer.alloc(16 * 1024, 'x'));
const endMsMax = 40_000;
const dialMsMax = 10_000;

/** The bare connection of a link that the server has taken. */
async function dialRaw(port: number): Promise<Socket> {
  const dial = request({
    port,
    host: '127.0.0.1',
    path: '/ws',
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      'Sec-WebSocket-Protocol': 'keepline.v1, bearer.ada',
    },
  });
  dial.end();
  const [, socket] = (await within(dialMsMax, 'an upgrade', once(dial, 'upgrade'))) as [
    unknown,
    Socket,
  ];
  socket.on('error', () => undefined);
  socket.resume();
  return socket;
}

/** Offers as much as the network takes until there is no connection any more. */
async function talkOn(socket: Socket, offence: Buffer): Promise<{ offered: number; ms: number }> {
  // A reset is an end like any other here.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const beganAt = performance.now();
  socket.write(offence);
  const give = () => {
    while (!socket.destroyed && socket.write(flood));
  };
  socket.on('drain', give);
  give();
  await Promise.race([closed, pause(endMsMax, undefined, { ref: false })]);
  const ms = performance.now() - beganAt;
  const offered = socket.bytesWritten;
  socket.destroy();
  return { offered, ms };
}

export async function measureFloods({ cores, scale, progress }: World): Promise<readonly Flood[]> {
  const node = await Remote.startServer<NodeAnswers>(
    { script: fileOf('node'), words: ['keepline', '--count-bytes'] },
    cores,
  );
  try {
    const port = await node.ask('port');
    const floods: Flood[] = [];
    for (const [after, offence] of offences) {
      progress(`floods: after ${after}`);
      for (let count = 0; count < scale.floods; count += 1) {
        const { offered, ms } = await talkOn(await dialRaw(port), offence);
        let ended: number[] = [];
        while (ended.length === 0) ended = await node.ask('readOfEnded');
        floods.push({ after, offered, read: Math.max(...ended), cutAfterMs: ms });
      }
    }
    return floods;
  } finally {
    await node.stop();
  }
}
