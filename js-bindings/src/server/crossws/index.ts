// `keepline/server/crossws`: the real-time half as hooks of crossws, and so behind Nitro, h3 and srvx on the
// runtimes that they know and that keep a process. It needs crossws neither installed nor imported.
import { CloseCode } from '../close-codes.js';
import { addressOf, isSecure, type OtherEnd, type TrustProxy } from '../forwarded.js';
import { readOrigins, subprotocol } from '../handshake.js';
import type { Realtime, Turned } from '../realtime.js';
import { CrosswsLink, type CrosswsPeer, type CrosswsRequest } from './link.js';

export type { TrustProxy } from '../forwarded.js';
export type { CrosswsPeer, CrosswsRequest } from './link.js';

export interface CrosswsOptions {
  /** Which pages may dial, such as `https://crm.example`; `self` is the dialled host, and the default. */
  readonly origins?: readonly string[] | undefined;
  /**
   * How many proxies of your own stand in front, each of which adds the address it saw to `X-Forwarded-For`;
   * default 0, and then the header is not looked at, because anybody can send it.
   */
  readonly trustProxy?: TrustProxy | undefined;
}

/** What crossws calls `Partial<Hooks>`. */
export interface CrosswsHooks {
  upgrade(request: CrosswsRequest): Response | { headers: Record<string, string> };
  open(peer: CrosswsPeer): void;
  message(peer: CrosswsPeer, message: { readonly rawData: unknown }): void;
  pong(peer: CrosswsPeer): void;
  close(peer: CrosswsPeer, details: { readonly code?: number }): void;
}

/** For whoever could not be turned away before the upgrade. */
const closeFor: Record<Turned, readonly [code: number, reason: string]> = {
  429: [CloseCode.tooManyRequests, 'too many sockets of this address'],
  503: [CloseCode.tryLater, 'the server takes no more sockets'],
};

/**
 * Every upgrade that these hooks are given is taken, whatever its path: which one it is says the router. Where
 * a runtime names nobody's address, all links count as one address. Throws a TypeError for a wrong option.
 */
export function crosswsHooks(realtime: Realtime, options: CrosswsOptions = {}): CrosswsHooks {
  const { trustProxy } = options;
  const origins = options.origins && readOrigins(options.origins);
  const links = new WeakMap<CrosswsPeer, CrosswsLink>();
  return {
    upgrade(request) {
      const otherEnd = otherEndOf(request, request.ip);
      const address = addressOf(otherEnd, trustProxy);
      const turned = address === '' ? null : realtime.turnsAway(address);
      if (turned) return new Response(null, { status: turned });
      const offered = String(otherEnd.headers['sec-websocket-protocol'] ?? '').split(/,\s*/);
      const headers: Record<string, string> = {};
      if (offered.includes(subprotocol)) headers['sec-websocket-protocol'] = subprotocol;
      return { headers };
    },
    open(peer) {
      const otherEnd = otherEndOf(peer.request, peer.remoteAddress);
      const remoteAddress = addressOf(otherEnd, trustProxy);
      const link = new CrosswsLink(peer, remoteAddress, realtime.limits);
      links.set(peer, link);
      const turned = realtime.turnsAway(remoteAddress);
      if (turned) {
        link.close(...closeFor[turned]);
        return;
      }
      const { headers } = otherEnd;
      const secure = isSecure(otherEnd, trustProxy);
      const path = new URL(peer.request.url).pathname;
      link.tell(realtime.accept(link, { remoteAddress, path, secure, headers }, origins));
    },
    message: (peer, { rawData }) => links.get(peer)?.heard(rawData),
    pong: (peer) => links.get(peer)?.pong(),
    close: (peer, { code }) => links.get(peer)?.closed(code ?? 1006),
  };
}

function otherEndOf({ url, headers }: CrosswsRequest, address = ''): OtherEnd {
  return { address, encrypted: url.startsWith('https:'), headers: Object.fromEntries(headers) };
}
