// An address that the application makes for each dial: `url` as a function.
import type { AddressRequest, ConnectionOptions } from 'keepline';
import { describe, expect, it } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { advance, connect, lines, settle, useWorld } from './support/world.js';

const backoff = { initialMs: 1000, jitter: 0 };

describe('an address for each dial', () => {
  useWorld();

  it('is asked for with the number of the attempt, and shown without its query', async () => {
    const asked: AddressRequest[] = [];
    const url = (request: AddressRequest) => {
      asked.push(request);
      return new URL(`wss://rt${request.attempt}.example.com/ws?ticket=secret`);
    };
    const connection = await connect({ url, backoff });
    expect(FakeWebSocket.last.url).toBe('wss://rt0.example.com/ws?ticket=secret');
    expect(connection.status().endpoint).toBe('wss://rt0.example.com/ws');
    FakeWebSocket.last.drop();
    await advance(1000);
    expect(FakeWebSocket.last.url).toBe('wss://rt1.example.com/ws?ticket=secret');
    expect(connection.status().endpoint).toBe('wss://rt1.example.com/ws');
    expect(asked.map(({ attempt }) => attempt)).toEqual([0, 1]);
    expect(asked[0]?.signal.aborted).toBe(false);
    expect(JSON.stringify(connection.diagnostics()) + lines.join()).not.toContain('secret');
  });

  it('is asked for beside the token, and the dial waits for both', async () => {
    let answer: (url: string) => void = () => undefined;
    const connection = await connect({
      getToken: () => 'a.b.c',
      url: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    expect(connection.status()).toMatchObject({ phase: 'authenticating', endpoint: null });
    answer('/live');
    await settle();
    expect(FakeWebSocket.last.url).toBe('wss://crm.example.com/live');
    expect(FakeWebSocket.last.protocols).toEqual(['keepline.v1', 'bearer.a.b.c']);
  });

  it('is asked for where there is no token, and the offer is that of a session without', async () => {
    await connect({ url: async () => 'wss://rt.example.com/ws' });
    expect(FakeWebSocket.last.protocols).toEqual(['keepline.v1']);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('GET https://x.example/?ticket=secret failed');
      },
    ],
    ['rejects', () => Promise.reject(new Error('GET https://x.example/?ticket=secret failed'))],
  ])('whoever makes it and %s is asked again after a wait', async (_, fails) => {
    let failing = true;
    const url = () => (failing ? fails() : 'wss://rt.example.com/ws');
    const connection = await connect({ url, backoff });
    expect(connection.status()).toMatchObject({ phase: 'waiting', attempt: 1 });
    expect(connection.status().error).toMatchObject({ kind: 'network' });
    expect(connection.status().error?.detail).toContain('https://x.example/?…');
    failing = false;
    await advance(1000);
    expect(FakeWebSocket.last.url).toBe('wss://rt.example.com/ws');
    expect(lines.join()).not.toContain('secret');
  });

  it('whoever makes it and hangs is given the time that a token has, and told when it is over', async () => {
    let signal: AbortSignal | undefined;
    const url = (request: AddressRequest) => {
      signal = request.signal;
      return new Promise<string>(() => undefined);
    };
    const connection = await connect({ url, tokenTimeoutMs: 1000 });
    await advance(1000);
    expect(connection.status().error?.detail).toContain('tokenTimeoutMs');
    expect(signal?.aborted).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['no scheme', 'rt.example.com/ws?ticket=secret', 'endpoint_invalid'],
    ['nothing', undefined, 'endpoint_invalid'],
    ['a number', 7, 'endpoint_invalid'],
    ['ws:', 'ws://rt.example.com/ws?ticket=secret', 'insecure_endpoint'],
  ])('%s is no address that can be dialled', async (_, answer, kind) => {
    const connection = await connect({ url: (() => answer) as () => string });
    expect(connection.status()).toMatchObject({
      phase: 'refused',
      error: { kind },
      endpoint: null,
    });
    expect(connection.status().error?.message).not.toContain('secret');
    expect(FakeWebSocket.made).toEqual([]);
  });

  it('is not waited for where nobody is signed in', async () => {
    let signal: AbortSignal | undefined;
    const options: ConnectionOptions = {
      getToken: () => null,
      url: (request) => {
        signal = request.signal;
        return new Promise(() => undefined);
      },
    };
    const connection = await connect(options);
    expect(connection.status()).toMatchObject({ phase: 'idle', reason: 'signed_out' });
    expect(signal?.aborted).toBe(true);
  });

  it('is no part of a token that is renewed on a link that lives', async () => {
    const attempts: number[] = [];
    const connection = await connect({
      getToken: () => 'a.b.c',
      url: ({ attempt }) => {
        attempts.push(attempt);
        return '/ws';
      },
    });
    FakeWebSocket.last.accept().greet({ features: ['reauth'] });
    connection.tokenChanged();
    await settle();
    expect(attempts).toEqual([0]);
    expect(connection.status().state).toBe('connected');
  });
});
