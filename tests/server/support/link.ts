/** A transport made of nothing: what is sent is kept, and what comes is said by the test. */
import {
  createRealtime,
  type DialRequest,
  type Incoming,
  type Link,
  type Principal,
  type Realtime,
  type RealtimeOptions,
} from 'keepline/server';
import { onTestFinished } from 'vitest';

export const ada = { tenant: 'harbour', user: 'ada' };
export const bruno = { tenant: 'harbour', user: 'bruno' };
/** The same name in another company. */
export const otherAda = { tenant: 'alpine', user: 'ada' };

/** Tokens of these tests are the principal as JSON, in hexadecimal. */
export const tokenOf = (principal: Partial<Principal>): string =>
  Buffer.from(JSON.stringify(principal)).toString('hex');

export const verifyHex = async (token: string): Promise<Principal> => ({
  expiresAt: Number.POSITIVE_INFINITY,
  claims: {},
  ...JSON.parse(Buffer.from(token, 'hex').toString()),
});

export class FakeLink implements Link {
  readonly remoteAddress: string;
  bufferedBytes = 0;
  pings = 0;
  readonly sent: Record<string, unknown>[] = [];
  /** As they were sent: a batch is one of several lines. */
  readonly messages: string[] = [];
  ended: { readonly code: number; readonly reason: string } | undefined;
  incoming: Incoming | undefined;

  constructor(remoteAddress = '192.0.2.1') {
    this.remoteAddress = remoteAddress;
  }

  send(text: string): void {
    this.messages.push(text);
    for (const line of text.split('\n')) {
      this.sent.push(line === 'pong' ? { text: line } : JSON.parse(line));
    }
  }

  /** A peer that answers the closing handshake at once. */
  close(code: number, reason: string): void {
    this.ended ??= { code, reason };
    queueMicrotask(() => this.gone(code));
  }

  terminate(): void {
    this.ended ??= { code: 1006, reason: '' };
    queueMicrotask(() => this.gone(1006));
  }

  ping(): void {
    this.pings += 1;
  }

  say(message: unknown): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.incoming?.message(text, Buffer.byteLength(text));
  }

  gone(code = 1006): void {
    const { incoming } = this;
    this.incoming = undefined;
    incoming?.closed(code);
  }

  /** What was sent since the last time, `connected` aside. */
  heard(): Record<string, unknown>[] {
    return this.sent.splice(0).filter(({ type }) => type !== 'connected');
  }
}

/** Without a log, unless it is given one: events go out at once. */
export function startRealtime(options: Partial<RealtimeOptions> = {}): Realtime {
  const realtime = createRealtime({
    verify: Object.assign(verifyHex, { knows: () => true }),
    log: null,
    ...options,
  });
  onTestFinished(() => realtime.close());
  return realtime;
}

export function dialOf(token: string | null, headers: DialRequest['headers'] = {}): DialRequest {
  const offered = token === null ? 'keepline.v1' : `keepline.v1, bearer.${token}`;
  return {
    remoteAddress: '192.0.2.1',
    path: '/ws',
    secure: undefined,
    headers: { host: 'crm.example', 'sec-websocket-protocol': offered, ...headers },
  };
}

/** Settles when every promise that is settled by now has told. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A link that has been dialled, and judged. */
export async function dial(
  realtime: Realtime,
  who: Partial<Principal> | null,
  link = new FakeLink(),
): Promise<FakeLink> {
  link.incoming = realtime.accept(link, dialOf(who && tokenOf(who)));
  await settle();
  return link;
}
