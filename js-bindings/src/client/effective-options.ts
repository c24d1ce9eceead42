// What the package itself acts on, of the options as they count.
import type { EnvelopeNames } from '../engine/envelope.js';

export interface CountingOptions {
  readonly names: EnvelopeNames;
  readonly maxMessageBytes: number;
  readonly queueMessages: number;
  readonly queueBytes: number;
  readonly queueTtlMs: number;
  readonly logLevel: string;
}

/** Takes what `checkOptions` returns. */
export function readCounting(counting: ReadonlyMap<string, unknown>): CountingOptions {
  const value = <Value>(name: string) => counting.get(name) as Value;
  return {
    names: {
      type: value('names.type'),
      data: value('names.data'),
      seq: value('names.seq'),
      id: value('names.id'),
      ts: value('names.ts'),
    },
    maxMessageBytes: value('maxMessageBytes'),
    queueMessages: value('queue.maxMessages'),
    queueBytes: value('queue.maxBytes'),
    queueTtlMs: value('queue.ttlMs'),
    logLevel: value('logLevel'),
  };
}
