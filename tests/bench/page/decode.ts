// The way of one frame without a network: from the socket's `message` to the handler, in Keepline's own
// path and in the floor's, turn by turn in the same page.
import { createConnection } from 'keepline';
import { FakeWebSocket } from '../../js/support/fake-web-socket.js';
import { routeEvent } from '../clients/route.js';
import type { DecodeLine } from '../contract.js';
import { say, sayFailures } from './report.js';

type Data = string | ArrayBuffer;
type Receive = (data: Data) => void;

const sizes = [100, 250, 1024, 10 * 1024] as const;
const carriers = ['text', 'binary'] as const;

/**
 * So many bytes go through in one turn, give or take: a few milliseconds. Many short turns, because one
 * that the system interrupts is lost, and on a busy machine a long one always is.
 */
const bytesInTurn = 400_000;
/** Small frames cost by the frame, not by the byte. */
const framesInTurnMax = 2000;
/** Until the engine has compiled what it runs most. */
const warmingTurns = 10;
const warmingRounds = 10;
/** Different frames, so that nothing is remembered from the one before. */
const variety = 64;

const type = 'call_update';

/** Flat strings, as a browser delivers them, of about the size that was asked for: a call with its notes. */
function makeFrames(bytes: number): string[] {
  return Array.from({ length: variety }, (_, n) => {
    const notes: { at: number; by: string; text: string }[] = [];
    const write = () =>
      JSON.stringify({ type, seq: n + 1, data: { callId: `call_${n}`, status: 'ringing', notes } });
    const note = () => ({
      at: 7 * notes.length,
      by: `agent_${n}`,
      text: 'Called back on line two.',
    });
    while (write().length < bytes - JSON.stringify(note()).length / 2) notes.push(note());
    return new TextDecoder().decode(new TextEncoder().encode(write()));
  });
}

function rawReceiver(wanted: string, onEvent: () => void): Receive {
  const route = routeEvent([wanted], onEvent);
  const decoder = new TextDecoder();
  return (data) => route(JSON.parse(typeof data === 'string' ? data : decoder.decode(data)));
}

/** A whole connection over a socket without a network; the frames enter where the browser's would. */
async function keeplineReceiver(
  wanted: string,
  onEvent: () => void,
): Promise<{ receive: Receive; dispose: () => void }> {
  FakeWebSocket.reset();
  const connection = createConnection({ url: 'ws://127.0.0.1/ws' });
  connection.subscribe(wanted, onEvent);
  await new Promise<void>((dialled) => {
    const look = () => {
      if (FakeWebSocket.made.length > 0) dialled();
    };
    connection.onStatus(look);
    look();
  });
  const socket = FakeWebSocket.last.accept().greet();
  return { receive: (data) => socket.onmessage?.({ data }), dispose: connection.dispose };
}

/** ns an event over one turn. */
function turn(receive: Receive, frames: readonly Data[], count: number): number {
  const beganAt = performance.now();
  for (let n = 0; n < count; n += 1) receive(frames[n % variety] as Data);
  return ((performance.now() - beganAt) * 1e6) / count;
}

async function measure(
  bytes: number,
  carrier: DecodeLine['carrier'],
  subscribed: boolean,
  rounds: number,
): Promise<DecodeLine> {
  const texts = makeFrames(bytes);
  const frames: readonly Data[] =
    carrier === 'text' ? texts : texts.map((text) => new TextEncoder().encode(text).buffer);
  const count = Math.min(framesInTurnMax, Math.ceil(bytesInTurn / bytes));
  const seen = { raw: 0, rawAgain: 0, keepline: 0 };
  const wanted = subscribed ? type : 'new_call';
  const keepline = await keeplineReceiver(wanted, () => (seen.keepline += 1));
  const receivers = {
    raw: rawReceiver(wanted, () => (seen.raw += 1)),
    rawAgain: rawReceiver(wanted, () => (seen.rawAgain += 1)),
    keepline: keepline.receive,
  };
  const times = { raw: [] as number[], rawAgain: [] as number[], keepline: [] as number[] };
  const names = ['raw', 'keepline', 'rawAgain'] as const;
  for (let warming = 0; warming < warmingTurns; warming += 1) {
    for (const name of names) turn(receivers[name], frames, count);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) times[name].push(turn(receivers[name], frames, count));
  }
  keepline.dispose();
  const expected = subscribed ? count * (rounds + warmingTurns) : 0;
  for (const name of names) {
    if (seen[name] !== expected) {
      throw new Error(`${name} handed over ${seen[name]} of ${expected} events of ${bytes} bytes`);
    }
  }
  return { bytes, carrier, subscribed, ...times };
}

async function run(): Promise<void> {
  sayFailures();
  globalThis.WebSocket = FakeWebSocket as unknown as typeof WebSocket;
  const rounds = Number(new URLSearchParams(location.search).get('rounds'));
  // Everything once, and nothing kept: a browser that has just begun is busy with itself.
  await measureAll(warmingRounds);
  say('decoded', await measureAll(rounds));
}

async function measureAll(rounds: number): Promise<readonly DecodeLine[]> {
  const lines: DecodeLine[] = [];
  for (const carrier of carriers) {
    for (const subscribed of [true, false]) {
      for (const bytes of sizes) lines.push(await measure(bytes, carrier, subscribed, rounds));
    }
  }
  return lines;
}

void run();
