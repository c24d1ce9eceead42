// Asks the application for tokens and hands them on; keeps none.
//
// A request is answered once or abandoned; an answer to one that was abandoned goes nowhere.
import type { Command } from '../engine/engine.js';
import { reasonText } from '../engine/reason-text.js';
import type { ConnectionOptions, Subprotocols, TokenProvider } from './types.js';

const protocolName = 'keepline.v1';
const reasonCharactersMax = 200;

/** Where answers go. */
export type TokenTell = (
  ...answer: Extract<Command, readonly [`token${string}`, number, ...unknown[]]>
) => void;

function offered(subprotocols: Subprotocols, token: string | null): readonly string[] {
  if (typeof subprotocols === 'function') {
    const list: unknown = subprotocols(token);
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
    throw new TypeError('subprotocols must return an array of strings');
  }
  switch (subprotocols) {
    case 'keepline':
      return token === null ? [protocolName] : [protocolName, `bearer.${token}`];
    case 'token-only':
      return token === null ? [] : [token];
    case 'none':
      return [];
  }
}

/** One a line, for the module to judge; what would look like another line becomes illegal instead. */
export function protocolLines({ subprotocols }: ConnectionOptions, token: string | null): string {
  return offered(subprotocols ?? 'keepline', token)
    .map((item) => item.replaceAll('\n', ' ') || ' ')
    .join('\n');
}

export class TokenRequests {
  readonly #options: ConnectionOptions;
  readonly #tell: TokenTell;
  readonly #pending = new Map<number, AbortController>();

  constructor(options: ConnectionOptions, tell: TokenTell) {
    this.#options = options;
    this.#tell = tell;
  }

  request(request: number, forceRefresh: boolean): void {
    const controller = new AbortController();
    this.#pending.set(request, controller);
    this.#ask(this.#options.getToken, { forceRefresh, signal: controller.signal }).then(
      (answer) => this.#settle(request, () => this.#answer(request, answer)),
      (reason) => this.#settle(request, () => this.#fail(request, reason)),
    );
  }

  abandon(request: number): void {
    const controller = this.#pending.get(request);
    this.#pending.delete(request);
    // What listeners of it throw is the browser's to report.
    controller?.abort();
  }

  abandonAll(): void {
    for (const request of [...this.#pending.keys()]) this.abandon(request);
  }

  async #ask(provider: TokenProvider | undefined, request: Parameters<TokenProvider>[0]) {
    return provider ? provider(request) : null;
  }

  #settle(request: number, tell: () => void): void {
    if (this.#pending.delete(request)) tell();
  }

  #answer(request: number, answer: unknown): void {
    if (answer === null) {
      this.#tell('tokenAbsent', request);
    } else if (typeof answer !== 'string' || answer === '') {
      this.#fail(request, 'getToken gave neither a token nor null');
    } else {
      let protocols: string;
      try {
        protocols = protocolLines(this.#options, answer);
      } catch {
        // Its message may quote the token.
        this.#fail(request, 'subprotocols threw or returned no array of strings');
        return;
      }
      this.#tell('token', request, answer, protocols);
    }
  }

  #fail(request: number, reason: unknown): void {
    const text = reasonText(reason);
    this.#tell('tokenFailed', request, text.slice(0, reasonCharactersMax));
  }
}
