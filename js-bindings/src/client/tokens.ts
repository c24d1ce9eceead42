// Asks the application for tokens and addresses, and hands them on; keeps none.
//
// A request is answered once or abandoned; an answer to one that was abandoned goes nowhere.
import type { Command } from '../engine/engine.js';
import { isAddress, reasonText } from '../engine/own-words.js';
import type { ConnectionOptions, Subprotocols } from './types.js';

const protocolName = 'keepline.v1';
const reasonCharactersMax = 200;

/** Where answers go. */
export type TokenTell = (
  ...answer: Extract<Command, readonly [`token${string}`, number, ...unknown[]]>
) => void;

export const protocolsProblem = 'subprotocols threw or returned no array of strings';

function offered(subprotocols: Subprotocols, token: string | null): readonly string[] | null {
  if (typeof subprotocols === 'function') {
    const list: unknown = subprotocols(token);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : null;
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

/**
 * One a line, for the module to judge; what would look like another line becomes illegal instead. Null
 * where the application's function has that problem: what it throws may quote the token.
 */
export function protocolLines(
  { subprotocols = 'keepline' }: ConnectionOptions,
  token: string | null,
): string | null {
  try {
    const lines = offered(subprotocols, token)?.map((item) => item.replaceAll('\n', ' ') || ' ');
    return lines?.join('\n') ?? null;
  } catch {
    return null;
  }
}

const ask = async <Request>(
  provider: ((request: Request) => unknown) | undefined,
  request: Request,
) => provider?.(request);

/** For the core to judge: what is no address becomes one that it refuses. */
const addressText = (answer: unknown): string => (isAddress(answer) ? String(answer) : '');

export class TokenRequests {
  readonly #options: ConnectionOptions;
  readonly #tell: TokenTell;
  readonly #pending = new Map<number, AbortController>();

  constructor(options: ConnectionOptions, tell: TokenTell) {
    this.#options = options;
    this.#tell = tell;
  }

  request(request: number, forceRefresh: boolean, attempt: number): void {
    const controller = new AbortController();
    this.#pending.set(request, controller);
    const { signal } = controller;
    const { getToken, url } = this.#options;
    // Side by side; whichever ends it first ends it for both.
    const end = (tell: () => void) => this.#settle(request, tell) && controller.abort();
    const failed = (ofAddress: boolean) => (reason: unknown) =>
      end(() => this.#fail(request, reason, ofAddress));
    const token = ask(getToken, { forceRefresh, signal });
    token.then(
      (answer) => answer === null && end(() => this.#tell('tokenAbsent', request)),
      failed(false),
    );
    const dials = attempt >= 0 && typeof url === 'function';
    const address = ask(dials ? url : undefined, { attempt, signal });
    address.catch(failed(true));
    Promise.all([token, address]).then(
      (answers) => this.#settle(request, () => this.#answer(request, ...answers)),
      () => undefined,
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

  #settle(request: number, tell: () => void): boolean {
    const counts = this.#pending.delete(request);
    if (counts) tell();
    return counts;
  }

  #answer(request: number, token: unknown, address: unknown): void {
    const { getToken } = this.#options;
    if (getToken && (typeof token !== 'string' || token === '')) {
      this.#fail(request, 'getToken gave neither a token nor null', false);
      return;
    }
    const given = getToken ? (token as string) : null;
    const protocols = protocolLines(this.#options, given);
    if (protocols === null) this.#fail(request, protocolsProblem, false);
    else this.#tell('token', request, given ?? '', protocols, addressText(address));
  }

  #fail(request: number, reason: unknown, ofAddress: boolean): void {
    // What follows a question mark in an address may be a ticket.
    const text = reasonText(reason).replace(/\?\S+/g, '?…');
    this.#tell('tokenFailed', request, text.slice(0, reasonCharactersMax), ofAddress);
  }
}
