// What clients ask of the application: one handler a message type, and one answer a message. User code is
// isolated here: whatever it does, the link lives and the client hears of it.
import { encodeControl, ownMember } from './frames.js';
import type { Logger, Principal } from './types.js';

/** What a handler knows beside the payload. */
export interface MessageContext {
  readonly principal: Principal;
  readonly connectionId: string;
  /** The client's own id for it; undefined where it wants no answer. */
  readonly id: string | undefined;
  /** W3C `traceparent`, where the client sent one. */
  readonly trace: string | undefined;
  /** Aborted when nobody waits for the answer any more: the link has closed, or the time is up. */
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
const timedOut = new MessageRefused('timeout', 'the server did not come to an answer in time', {
  retry: true,
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
    const handler = ownMember(this.#setup.handlers, message.type) as MessageHandler | undefined;
    if (!handler) {
      const why = `there is no handler for messages of the type "${message.type}"`;
      this.#refuse(message.id, new MessageRefused('unknown_type', why));
    } else if (this.#running.size >= this.#setup.atOnce) {
      this.#refuse(message.id, busy);
    } else {
      await this.#run(handler, message);
    }
  }

  /** The link has closed: nobody waits for answers any more. */
  end(): void {
    for (const each of this.#running) each.abort();
    this.#running.clear();
  }

  async #run(handler: MessageHandler, { type, id, trace, data }: InboundMessage): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const { principal, connectionId } = this.#link;
    this.#running.add(controller);
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(reject, this.#setup.patienceMs, timedOut);
      });
      const context = { principal, connectionId, id, trace, signal };
      const result = await Promise.race([(async () => handler(data, context))(), late]);
      // A link that has closed takes nothing any more.
      if (id !== undefined)
        this.#link.send(encodeControl('ack', { outcome: 'done', result }, id), 'ack');
    } catch (reason) {
      const refused = reason instanceof MessageRefused ? reason : failed;
      // The payload is the application's own, and may be anything: only the name of what failed is logged.
      if (refused === failed)
        this.#setup.log.error({ type, problem: nameOf(reason) }, 'a handler failed');
      this.#refuse(id, refused);
    } finally {
      clearTimeout(timer);
      this.#running.delete(controller);
      controller.abort();
    }
  }

  #refuse(id: string | undefined, { code, message, retry, retryAfterMs }: MessageRefused): void {
    this.#link.send(encodeControl('error', { code, message, retry, retryAfterMs }, id), 'error');
  }
}

const nameOf = (reason: unknown): string =>
  reason instanceof Error ? `${reason.name}: ${reason.message}` : typeof reason;
