// What clients ask of the application: one handler a message type, and one answer a message. User code is
// isolated here: whatever it does, the link lives and the client hears of it.
import type { Acks, Done, Work } from './acks.js';
import type { Answers } from './event-log/answers.js';
import { encodeAck, encodeControl, ownMember } from './frames.js';
import { doOnce } from './once.js';
import type { Logger, Principal } from './types.js';

/** What a handler knows beside the payload. */
export interface MessageContext {
  readonly principal: Principal;
  readonly connectionId: string;
  /** The client's own id for it; undefined where it wants no answer. */
  readonly id: string | undefined;
  /** W3C `traceparent`, where the client sent one. */
  readonly trace: string | undefined;
  /**
   * Aborted when the time is up, and for a message without an id when its link has closed: one that has an id
   * is asked for again on the next link.
   */
  readonly signal: AbortSignal;
}

/** Its result, or what its promise resolves to, is the answer's `result`: any JSON, or undefined. */
export type MessageHandler = (data: unknown, context: MessageContext) => unknown;

/** Thrown by a handler to refuse a message in words that are meant for the client. */
export class MessageRefused extends Error {
  /** Of the application's own choice, 1 to 64 characters of a-z, 0-9 and _. */
  readonly code: string;
  /** Whether the same message may succeed later. */
  readonly retry: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    message: string,
    {
      retry = false,
      retryAfterMs,
    }: { readonly retry?: boolean; readonly retryAfterMs?: number } = {},
  ) {
    super(message);
    this.name = 'MessageRefused';
    this.code = code;
    this.retry = retry;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Not the message's fault: its sender may try again. */
const failed = new MessageRefused('failed', 'the server could not handle this message', {
  retry: true,
});
const busy = new MessageRefused('busy', 'too many messages of this link are being handled', {
  retry: true,
  retryAfterMs: 1000,
});
const full = new MessageRefused('busy', 'too many answers of this user are still kept', {
  retry: true,
  retryAfterMs: 10_000,
});
const timedOut = new MessageRefused('timeout', 'the server did not come to an answer in time', {
  retry: true,
});

const unsure = new MessageRefused('unavailable', 'the server cannot say whether this was done', {
  retry: true,
  retryAfterMs: 1000,
});

export type Handlers = Readonly<Record<string, MessageHandler>>;

export interface InboundMessage {
  readonly type: string;
  readonly id: string | undefined;
  readonly trace: string | undefined;
  readonly data: unknown;
}

/** What the handling of one link's messages needs of it. */
export interface HandlingLink {
  readonly principal: Principal;
  readonly connectionId: string;
  send(frame: string, type: string): void;
}

export interface HandlingSetup {
  readonly handlers: Handlers;
  readonly log: Logger;
  readonly atOnce: number;
  readonly patienceMs: number;
  /** Null where a message that comes again is handled again. */
  readonly acks: Acks | null;
  /** What other nodes have done; null where there are none. */
  readonly answers: Answers | null;
  /** For how long an answer is known. */
  readonly ackMs: number;
  /** What became of a message: `done`, `repeat` or a refusal's code of a list made here. */
  readonly count: (outcome: string) => void;
}

/** One link's messages that are being handled. */
export class Handling {
  readonly #link: HandlingLink;
  readonly #setup: HandlingSetup;
  readonly #running = new Set<AbortController>();

  constructor(link: HandlingLink, setup: HandlingSetup) {
    this.#link = link;
    this.#setup = setup;
  }

  async handle(message: InboundMessage): Promise<void> {
    const { handlers, atOnce, acks } = this.#setup;
    const { type, id } = message;
    const handler = ownMember(handlers, type) as MessageHandler | undefined;
    const known = id === undefined ? null : acks?.find(this.#link.principal, type, id);
    if (!handler) {
      const why = `there is no handler for messages of the type "${type}"`;
      this.#refuse(id, new MessageRefused('unknown_type', why));
    } else if (this.#running.size >= atOnce) {
      this.#refuse(id, busy);
    } else if (known) {
      await this.#await(message, known, 'repeat');
    } else if (id !== undefined && acks?.hasRoom(this.#link.principal) === false) {
      this.#refuse(id, full);
    } else {
      await this.#begin(handler, message);
    }
  }

  /** The link has closed: nobody waits for answers here any more. */
  end(): void {
    for (const each of this.#running) each.abort();
    this.#running.clear();
  }

  async #begin(handler: MessageHandler, message: InboundMessage): Promise<void> {
    const { type, id, trace, data } = message;
    const { principal, connectionId } = this.#link;
    const { acks, patienceMs } = this.#setup;
    const working = new AbortController();
    const context = { principal, connectionId, id, trace, signal: working.signal };
    const handle = () => workOf(() => handler(data, context));
    const work = id === undefined ? handle() : this.#onAllNodes(type, id, working.signal, handle);
    const abandon =
      acks && id !== undefined ? acks.keep(principal, type, id, work) : () => undefined;
    const late = setTimeout(() => {
      working.abort();
      abandon();
    }, patienceMs);
    const settled = () => {
      clearTimeout(late);
      working.abort();
    };
    work.then(settled, settled);
    await this.#await(message, work, 'done', acks && id !== undefined ? null : working);
  }

  /** The work on a message that has an id: here, unless another node has done it. */
  async #onAllNodes(type: string, id: string, signal: AbortSignal, handle: () => Work): Work {
    const { acks, answers, patienceMs, ackMs } = this.#setup;
    if (!acks || !answers) return handle();
    const { tenant, user } = this.#link.principal;
    let hasBegun = false;
    try {
      const once = { patienceMs, keepMs: ackMs, signal };
      return await doOnce(answers, { tenant, user, type, id }, once, () => {
        hasBegun = true;
        return handle();
      });
    } catch (reason) {
      throw hasBegun ? reason : unsure;
    }
  }

  /** Answers with what the work comes to. `working`: what is given up with the link. */
  async #await(
    message: InboundMessage,
    work: Work,
    outcome: 'done' | 'repeat',
    working: AbortController | null = null,
  ): Promise<void> {
    const { id, type } = message;
    const waiting = working ?? new AbortController();
    this.#running.add(waiting);
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(reject, this.#setup.patienceMs, timedOut);
      });
      const { json, isRepeat } = await Promise.race([work, late]);
      const known = isRepeat ? 'repeat' : outcome;
      this.#setup.count(known);
      // A link that has closed takes nothing any more.
      if (id !== undefined) this.#link.send(encodeAck(id, known, json), 'ack');
    } catch (reason) {
      this.#running.delete(waiting);
      // It was not done: this one is the first of its kind again.
      if (outcome === 'repeat' && reason !== timedOut) await this.handle(message);
      else this.#fail(type, id, reason);
    } finally {
      clearTimeout(timer);
      this.#running.delete(waiting);
    }
  }

  #fail(type: string, id: string | undefined, reason: unknown): void {
    const refused = reason instanceof MessageRefused ? reason : failed;
    // The payload is the application's own, and may be anything: only the name of what failed is logged.
    if (refused === failed)
      this.#setup.log.error({ type, problem: nameOf(reason) }, 'a handler failed');
    this.#refuse(id, refused);
  }

  #refuse(id: string | undefined, refused: MessageRefused): void {
    const { code, message, retry, retryAfterMs } = refused;
    this.#setup.count(ownRefusals.has(refused) ? code : 'refused');
    this.#link.send(encodeControl('error', { code, message, retry, retryAfterMs }, id), 'error');
  }
}

const ownRefusals: ReadonlySet<MessageRefused> = new Set([failed, busy, full, timedOut, unsure]);

/** The application's work and its result as JSON; rejects where it failed, or has made what is none. */
async function workOf(handle: () => unknown): Promise<Done> {
  const result = await handle();
  return { json: result === undefined ? '' : (JSON.stringify(result) ?? '') };
}

const nameOf = (reason: unknown): string =>
  reason instanceof Error ? `${reason.name}: ${reason.message}` : typeof reason;
