// What was sent to the double, and what it waits for: the status, or the test.
import { type Rejection, SendError, type SendErrorKind } from '../client/errors.js';
import type { OutgoingMessage } from '../client/outgoing.js';
import type { SendOptions, SendReceipt, Status } from '../client/types.js';

/** A message that was sent, and what becomes of it. */
export interface SentMessage<Type = string, Data = unknown> {
  readonly type: Type;
  /** As the server would read it: what is no JSON is gone. */
  readonly data: Data;
  /** As the server would read it; one with `ack` always has one. Undefined where it has none. */
  readonly id: string | undefined;
  readonly options: SendOptions;
  /** Whether it still waits. */
  readonly waits: boolean;
  /** The frame was handed to the socket; one with `ack` was answered. */
  resolve(receipt?: Partial<SendReceipt>): void;
  /** With `ack`: the server made `result` of it. */
  answer(result?: unknown): void;
  /** It was not sent, or, as `rejected` and `unconfirmed`, not answered well. */
  reject(kind: SendErrorKind, rejection?: Rejection): void;
}

/** What the server makes of messages that wait for its word; what it throws rejects them. */
export type FakeAnswer = (message: {
  readonly type: string;
  readonly data: unknown;
  readonly id: string;
}) => unknown;

/** Where nothing that is sent can ever go out. */
const isEnd = ({ phase, reason }: Status): boolean =>
  phase === 'closed' || (phase === 'idle' && reason === 'signed_out');

interface Waiting {
  readonly message: SentMessage;
  readonly resolve: (receipt: SendReceipt) => void;
  readonly reject: (error: SendError) => void;
}

interface OutboxSetup {
  readonly status: () => Status;
  readonly held: boolean;
  readonly answer: FakeAnswer;
}

/** What was sent: waits for the status, or for the test. */
export function createOutbox({ status, held, answer }: OutboxSetup) {
  const waiting = new Set<Waiting>();
  const sent: SentMessage[] = [];
  /** What was made of a message, by its id: it is applied once. */
  const results = new Map<string, unknown>();
  let ids = 0;

  const resolve = (each: Waiting, receipt: Partial<SendReceipt> = {}) => {
    if (!waiting.delete(each)) return;
    const { id, options } = each.message;
    const now = Date.now();
    if (!options.ack) {
      each.resolve({ sentAt: now, ...receipt });
      return;
    }
    const repeat = results.has(id as string);
    if (!repeat) results.set(id as string, receipt.result);
    const result = results.get(id as string);
    each.resolve({ sentAt: now, ackedAt: now, repeat, ...receipt, result });
  };
  const reject = (each: Waiting, kind: SendErrorKind, rejection?: Rejection) => {
    if (!waiting.delete(each)) return;
    const { id, options } = each.message;
    const known = options.ack ? id : undefined;
    const sentAt = kind === 'unconfirmed' ? Date.now() : undefined;
    each.reject(new SendError(kind, undefined, known, rejection, sentAt));
  };
  const respond = (each: Waiting) => {
    const { type, data, id, options } = each.message;
    if (!options.ack || results.has(id as string)) {
      resolve(each);
      return;
    }
    try {
      resolve(each, { result: answer({ type, data, id: id as string }) });
    } catch (thrown) {
      reject(each, 'rejected', { message: String((thrown as Error)?.message ?? thrown) });
    }
  };
  const look = () => {
    const now = status();
    for (const each of waiting) {
      if (isEnd(now)) reject(each, 'disconnected');
      else if (now.phase === 'ready' && !held) respond(each);
    }
  };
  const deliver = (
    { type, data: json, id: given, ttlMs, ack }: OutgoingMessage,
    options?: SendOptions,
  ) => {
    if (ack && given === '') ids += 1;
    const id = given || (ack ? `fakepage-${ids}` : undefined);
    const promise = new Promise<SendReceipt>((fulfil, fail) => {
      const message: SentMessage = {
        type,
        data: json === '' ? undefined : JSON.parse(json),
        id,
        options: options ?? { id, ttlMs, ack },
        get waits() {
          return waiting.has(each);
        },
        resolve: (receipt) => resolve(each, receipt),
        answer: (result) => resolve(each, { result }),
        reject: (kind, rejection) => reject(each, kind, rejection),
      };
      const each: Waiting = { message, resolve: fulfil, reject: fail };
      sent.push(message);
      waiting.add(each);
      look();
    });
    // As in earnest: whoever does not look at the outcome is not told of an unhandled rejection.
    promise.catch(() => undefined);
    return promise;
  };
  const end = () => {
    for (const each of waiting) reject(each, 'disconnected');
  };
  return { sent, deliver, look, end };
}
