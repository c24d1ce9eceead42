// What was sent to the double, and what it waits for: the status, or the test.
import { SendError, type SendErrorKind } from '../client/errors.js';
import { composeMessage } from '../client/outgoing.js';
import type { SendOptions, SendReceipt, Status } from '../client/types.js';

/** A message that was sent, and what becomes of it. */
export interface SentMessage<Type = string, Data = unknown> {
  readonly type: Type;
  /** As the server would read it: what is no JSON is gone. */
  readonly data: Data;
  readonly options: SendOptions;
  /** Whether it still waits. */
  readonly waits: boolean;
  /** The frame was handed to the socket. */
  resolve(receipt?: SendReceipt): void;
  /** It was not. */
  reject(kind: SendErrorKind): void;
}

/** Where nothing that is sent can ever go out. */
const isEnd = ({ phase, reason }: Status): boolean =>
  phase === 'closed' || (phase === 'idle' && reason === 'signed_out');

interface Waiting {
  readonly message: SentMessage;
  readonly resolve: (receipt: SendReceipt) => void;
  readonly reject: (error: SendError) => void;
}

/** What was sent: waits for the status, or for the test. */
export function createOutbox(status: () => Status, held: boolean) {
  const waiting = new Set<Waiting>();
  const sent: SentMessage[] = [];
  const settle = (each: Waiting, kind?: SendErrorKind, receipt?: SendReceipt) => {
    if (!waiting.delete(each)) return;
    if (kind) each.reject(new SendError(kind));
    else each.resolve(receipt ?? { sentAt: Date.now() });
  };
  const look = () => {
    const now = status();
    for (const each of waiting) {
      if (isEnd(now)) settle(each, 'disconnected');
      else if (now.phase === 'ready' && !held) settle(each);
    }
  };
  const send = (type: string, data: unknown, options: SendOptions): Promise<SendReceipt> => {
    const promise = new Promise<SendReceipt>((resolve, reject) => {
      const { data: json } = composeMessage(type, data, options, 0);
      const message: SentMessage = {
        type,
        data: json === '' ? undefined : JSON.parse(json),
        options,
        get waits() {
          return waiting.has(each);
        },
        resolve: (receipt) => settle(each, undefined, receipt),
        reject: (kind) => settle(each, kind),
      };
      const each: Waiting = { message, resolve, reject };
      sent.push(message);
      waiting.add(each);
      look();
    });
    // As in earnest: whoever does not look at the outcome is not told of an unhandled rejection.
    promise.catch(() => undefined);
    return promise;
  };
  const end = () => {
    for (const each of waiting) settle(each, 'disconnected');
  };
  return { sent, send, look, end };
}
