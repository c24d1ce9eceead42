// What the package itself acts on, of the effective options: those given, and the defaults of the rest.
import type { EnvelopeNames } from '../engine/envelope.js';

export interface EffectiveOptions {
  readonly names: EnvelopeNames;
  readonly maxMessageBytes: number;
  readonly maxAttempts: number;
  readonly queueMessages: number;
  readonly queueBytes: number;
  readonly queueTtlMs: number;
  readonly queueOverflow: string;
  readonly logLevel: string;
}

/** Takes what `checkOptions` returns. */
export function readEffective(effective: ReadonlyMap<string, unknown>): EffectiveOptions {
  const value = <Value>(name: string) => effective.get(name) as Value;
  return {
    names: {
      type: value('names.type'),
      data: value('names.data'),
      seq: value('names.seq'),
      id: value('names.id'),
      ts: value('names.ts'),
    },
    maxMessageBytes: value('maxMessageBytes'),
    maxAttempts: value('backoff.maxAttempts'),
    queueMessages: value('queue.maxMessages'),
    queueBytes: value('queue.maxBytes'),
    queueTtlMs: value('queue.ttlMs'),
    queueOverflow: value('queue.overflow'),
    logLevel: value('logLevel'),
  };
}
