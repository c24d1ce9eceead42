// One instance of the module at work: commands into it, what it says in return, and the frames. The
// same in the page and in a worker; it knows neither promises, tokens nor handlers.
//
// Nobody is called inside a call into the module. What the module tells is noted, and passed on in
// order once no call is under way: so a listener may do anything, dispose included.
import type {
  Command,
  Engine,
  EngineListener,
  EngineSetup,
  Fact,
  Report,
  SetupRefusal,
} from './engine.js';
import { type EnvelopeNames, readGreeting } from './envelope.js';
import type { RealtimeEvent } from './event.js';
import { createFrameReader, type FrameReader } from './frame-reader.js';
import type { HeldGreeting } from './greeting.js';
import { guarded } from './guarded.js';
import { instantiate } from './instantiate.js';
import type { Host, NativeConnection, NativeModule } from './native.js';
import type { Said } from './reports.js';

/** The frame that an event came in, for a listener that passes it on as it is. */
export type FrameData = string | ArrayBuffer;

/** Neither may throw. */
export interface RunnerListener {
  told: EngineListener['told'];
  event(event: RealtimeEvent, data: FrameData): void;
}

/** Stands in a message of several frames, one a line, and in none of one: no JSON has it. */
const frameBreak = '}\n{';

const refusal = (row: number): SetupRefusal =>
  Object.assign(new Error('the core refuses an option'), { row });

/** The row of a `SetupRefusal`; null for any other reason. */
export const refusedRow = (reason: unknown): number | null =>
  (reason as Partial<SetupRefusal> | null)?.row ?? null;

export class Runner implements Engine, Host {
  readonly WebSocket: unknown;
  readonly #listener: RunnerListener;
  readonly #names: EnvelopeNames;
  /** Tickets of the connection by the module's own numbers of its messages. */
  readonly #tickets = new Map<number, number>();
  #native: NativeConnection | null = null;
  #read: FrameReader | null = null;
  #greeting: HeldGreeting | null = null;
  /** The socket that has said nothing yet: its first frame is its greeting, or it has none. */
  #unheard = 0;
  #queue: (() => void)[] = [];
  #depth = 0;
  #draining = false;
  #statusTold = false;
  #address = '';
  #said: (string | number | null)[] = [];

  private constructor(listener: RunnerListener, setup: EngineSetup) {
    this.#listener = listener;
    this.#names = setup.names;
    this.WebSocket = setup.WebSocket ?? globalThis.WebSocket;
    if (typeof this.WebSocket !== 'function') throw new Error('there is no WebSocket here');
  }

  /** Rejects with a `SetupRefusal`, or where there is no instance to be had. */
  static async start(
    module: WebAssembly.Module,
    setup: EngineSetup,
    listener: RunnerListener,
  ): Promise<Runner> {
    const runner = new Runner(listener, setup);
    if (setup.keepsPosition) await runner.#holdGreetings();
    runner.#open(await instantiate(module, runner), setup);
    return runner;
  }

  /** By itself, since most pages never need it. Where it cannot be had, nothing is held. */
  async #holdGreetings(): Promise<void> {
    const loaded = await import('./greeting.js').catch(() => null);
    if (loaded) {
      const goOn = (...frame: [socket: number, data: FrameData]) => this.#frame(...frame);
      this.#greeting = new loaded.HeldGreeting(this.#greetingIn, this, goOn);
    }
  }

  #open(module: NativeModule, setup: EngineSetup): void {
    const seed = Math.floor(Math.random() * 2 ** 53);
    const native = new module.NativeConnection();
    try {
      for (const [row, value] of setup.rows) {
        const taken =
          typeof value === 'string' ? native.optionText(row, value) : native.option(row, value);
        if (!taken) throw refusal(row);
      }
      if (!native.open(setup.protocols, seed)) throw refusal(-1);
    } catch (reason) {
      native.delete();
      throw reason;
    }
    const { identity, names, maxMessageBytes } = setup;
    if (identity !== undefined) native.adoptIdentity(identity ?? '', identity !== null);
    this.#native = native;
    const nameType = (type: number) => {
      this.#said = [];
      native.typeName(type);
      return this.#said[0] as string;
    };
    this.#read = createFrameReader({ exports: module.exports, nameType, names, maxMessageBytes });
  }

  handle(commands: readonly Command[]): void {
    const native = this.#native;
    if (!native) return;
    this.#depth += 1;
    try {
      for (const command of commands) this.#carryOut(native, command);
    } finally {
      this.#depth -= 1;
      // Whoever waits for the first status gets one, whether or not it has changed since.
      if (!this.#statusTold) this.statusChanged();
      this.drained();
    }
  }

  #carryOut(native: NativeConnection, command: Command): void {
    switch (command[0]) {
      case 'send': {
        const [, ticket, ...message] = command;
        const answer = native.send(...message);
        if (answer > 0) this.#tickets.set(answer, ticket);
        else this.tell('settle', ticket, -answer, 0, 0, '', '');
        break;
      }
      case 'keptPosition':
        native.resumeFrom(command[1]);
        // Frames are read once no command is under way.
        this.#queue.push(() => this.#greeting?.release());
        break;
      case 'drawWait':
        this.tell('waitDrawn', command[1], native.drawWait(command[2]));
        break;
      case 'blocked':
        if (this.#isOurs(command[1])) native.dialBlocked();
        break;
      default: {
        const [name, ...values] = command;
        (native[name] as (...values: unknown[]) => void)(...values);
      }
    }
  }

  /** The page's policy blocked `uri`, which may be an address without its query, or a scheme. */
  #isOurs(uri: string): boolean {
    const ours = this.#address.replace(/[?#].*$/s, '');
    const theirs = uri.replace(/[?#].*$/s, '');
    return theirs !== '' && (ours === theirs || ours.startsWith(`${theirs}:`));
  }

  /** Reads without side effects: nothing can follow from it. */
  ask(report: 'status' | Report): Said {
    this.#said = [];
    this.#native?.[report]();
    return this.#said;
  }

  dispose(): void {
    this.#greeting?.stop();
    const native = this.#native;
    this.#native = null;
    this.#read = null;
    this.#queue = [];
    native?.delete();
  }

  // ---- what the module tells (Host)

  tell(...fact: Fact): void {
    this.#queue.push(() => this.#listener.told(fact));
  }

  statusChanged(): void {
    this.#statusTold = true;
    this.tell('status', this.ask('status'));
  }

  settle(
    message: number,
    outcome: number,
    ...rest: readonly [number, number, string, string]
  ): void {
    // A message may be settled while it is being sent: its ticket is known only when that returns.
    this.#queue.push(() => {
      const ticket = this.#tickets.get(message);
      this.#tickets.delete(message);
      if (ticket !== undefined) this.#listener.told(['settle', ticket, outcome, ...rest]);
    });
  }

  attach(socket: number, webSocket: WebSocket): void {
    this.#address = webSocket.url;
    this.#unheard = socket;
    this.#greeting?.attached(socket);
    webSocket.onmessage = ({ data }: MessageEvent<FrameData>) => this.#message(socket, data);
  }

  /** One frame after the other: what it carried is handed over before the next one is read. */
  #message(socket: number, data: FrameData): void {
    if (typeof data === 'string' && data.includes(frameBreak)) {
      for (const line of data.split('\n')) if (line) this.#take(socket, line);
    } else {
      this.#take(socket, data);
    }
  }

  #take(socket: number, data: FrameData): void {
    if (!this.#greeting?.keeps(socket, data)) this.#frame(socket, data);
  }

  #frame(socket: number, data: FrameData): void {
    this.#depth += 1;
    try {
      const event = this.#read?.(socket, data);
      if (socket === this.#unheard) this.#readBuild(data);
      // What the frame set off is told before the event that it carried.
      if (event) this.#queue.push(() => this.#listener.event(event, data));
    } finally {
      this.#depth -= 1;
      this.drained();
    }
  }

  readonly #greetingIn = (data: FrameData) => readGreeting(data, this.#names);

  #readBuild(data: FrameData): void {
    this.#unheard = 0;
    const { build } = this.#greetingIn(data) ?? {};
    if (typeof build === 'string') this.tell('serverBuild', build);
  }

  say(value: number | string): void {
    this.#said.push(Number.isNaN(value) ? null : value);
  }

  drained(): void {
    if (this.#depth > 0 || this.#draining) return;
    this.#draining = true;
    for (let act = this.#queue.shift(); act; act = this.#queue.shift()) guarded(act);
    this.#draining = false;
  }
}
