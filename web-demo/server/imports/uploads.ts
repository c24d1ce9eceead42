/**
 * Receives files, and holds what has arrived of them: bounded for each tenant and in all, and no
 * slower than a poor line is. A file takes no place of an import before it is there.
 */
import type { IncomingMessage } from 'node:http';
import { RequestError, readBody } from 'keepline/server/standalone';
import type { ImportLimits } from '../options.js';

/** Files of other users arrive in seconds. */
const RETRY_AFTER_SEC = 5;

export class Uploads {
  readonly #limits: ImportLimits;
  readonly #bytes = new Map<string, number>();
  #bytesInAll = 0;

  constructor(limits: ImportLimits) {
    this.#limits = limits;
  }

  /** Gives `use` the whole body, which counts until that has settled. */
  async receive<Result>(
    request: IncomingMessage,
    tenant: string,
    use: (bytes: Uint8Array) => Promise<Result>,
  ): Promise<Result> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of paced(readBody(request, this.#limits.fileBytesMax), this.#limits)) {
        this.#hold(tenant, chunk.length);
        size += chunk.length;
        chunks.push(chunk);
      }
      // Not kept twice while it is read.
      return await use(inOnePiece(chunks.splice(0), size));
    } finally {
      this.#letGo(tenant, size);
    }
  }

  #hold(tenant: string, bytes: number): void {
    const { uploadBytesMax, uploadBytesPerTenant } = this.#limits;
    const ofTenant = (this.#bytes.get(tenant) ?? 0) + bytes;
    if (ofTenant > uploadBytesPerTenant || this.#bytesInAll + bytes > uploadBytesMax) {
      throw new RequestError(503, 'Too many files arrive at once: try again in a few seconds.', {
        headers: { 'Retry-After': String(RETRY_AFTER_SEC) },
      });
    }
    this.#bytes.set(tenant, ofTenant);
    this.#bytesInAll += bytes;
  }

  #letGo(tenant: string, bytes: number): void {
    const left = (this.#bytes.get(tenant) ?? 0) - bytes;
    if (left > 0) this.#bytes.set(tenant, left);
    else this.#bytes.delete(tenant);
    this.#bytesInAll -= bytes;
  }
}

/** In memory of its own, so that it can be handed to a thread. */
function inOnePiece(chunks: readonly Buffer[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Ends with 408 where less arrives in a window than the least rate makes of it. */
async function* paced(
  body: AsyncIterable<Buffer>,
  { uploadBytesPerSecMin, uploadWindowMs }: ImportLimits,
): AsyncGenerator<Buffer> {
  const least = (uploadBytesPerSecMin * uploadWindowMs) / 1000;
  let arrived = 0;
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (arrived < least) reject(tooSlow());
      arrived = 0;
    }, uploadWindowMs);
  });
  // It is raced below, and may lose for good.
  slow.catch(() => {});
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = chunks.next();
      next.catch(() => {});
      const { done, value } = await Promise.race([next, slow]);
      if (done === true) return;
      arrived += value.length;
      yield value;
    }
  } finally {
    clearInterval(timer);
  }
}

function tooSlow(): RequestError {
  return new RequestError(408, 'The file arrives too slowly: send it again over a better line.', {
    details: { code: 'upload_slow' },
    headers: { Connection: 'close' },
  });
}
