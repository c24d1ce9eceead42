import type { ConnectionOptions, TokenRequest } from 'keepline';
import { describe, expect, it, vi } from 'vitest';
import { FakeWebSocket } from './support/fake-web-socket.js';
import { advance, connect, connectLive, lines, settle, useWorld } from './support/world.js';

const secret = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJl';

/** A provider that records what it was asked and answers with a new token each time. */
function provider() {
  const requests: TokenRequest[] = [];
  const getToken = (request: TokenRequest) => {
    requests.push(request);
    return Promise.resolve(`${secret}${requests.length}`);
  };
  return { requests, getToken };
}

describe('tokens', () => {
  useWorld();

  it('travel as a subprotocol, after the name of the protocol', async () => {
    await connect({ getToken: () => secret });
    expect(FakeWebSocket.last.protocols).toEqual(['keepline.v1', `bearer.${secret}`]);
    expect(FakeWebSocket.last.url).toBe('wss://crm.example.com/ws');
  });

  it.each<[string, ConnectionOptions, string[]]>([
    ['keepline, no provider', {}, ['keepline.v1']],
    ['token-only', { subprotocols: 'token-only', getToken: () => 'abc' }, ['abc']],
    ['token-only, no provider', { subprotocols: 'token-only' }, []],
    ['none', { subprotocols: 'none', getToken: () => 'abc' }, []],
    [
      'a function',
      { subprotocols: (token) => ['v2', `jwt-${token}`], getToken: () => 'abc' },
      ['v2', 'jwt-abc'],
    ],
  ])('are offered as told: %s', async (_, options, protocols) => {
    await connect(options);
    expect(FakeWebSocket.last.protocols).toEqual(protocols);
  });

  it.each(['with space', 'a,b', 'line\n', 'quote"', 'umläut', 'slash/', 'a\0b'])(
    '%j is token_invalid, and nothing is dialled',
    async (token) => {
      const connection = await connect({ getToken: () => token });
      expect(connection.status().error?.kind).toBe('token_invalid');
      expect(FakeWebSocket.made).toHaveLength(0);
    },
  );

  it.each([
    ['rejects', () => Promise.reject(new Error('offline'))],
    [
      'throws',
      () => {
        throw new Error('offline');
      },
    ],
    ['gives an empty text', () => ''],
    ['gives undefined', () => undefined as never],
  ])('a provider that %s is a failed attempt, asked again after a wait', async (_, getToken) => {
    const connection = await connect({ getToken: getToken as () => string });
    expect(connection.status()).toMatchObject({ phase: 'waiting', attempt: 1 });
    expect(connection.status().error?.kind).toBe('token_unavailable');
  });

  it('null means nobody is signed in, until the application says otherwise', async () => {
    let token: string | null = null;
    const connection = await connect({ getToken: () => token });
    expect(connection.status()).toMatchObject({ phase: 'idle', reason: 'signed_out' });
    token = 'abc';
    connection.tokenChanged();
    await settle();
    expect(connection.status().phase).toBe('dialling');
  });

  it('a hung provider is not the last one asked, and its late answer is ignored', async () => {
    const answers: ((token: string) => void)[] = [];
    const signals: AbortSignal[] = [];
    const connection = await connect({
      getToken: ({ signal }) => {
        signals.push(signal);
        return new Promise((resolve) => answers.push(resolve));
      },
      tokenTimeoutMs: 1000,
    });
    await advance(1000);
    expect(signals[0]?.aborted).toBe(true);
    expect(connection.status().phase).toBe('waiting');
    connection.reconnect();
    await settle();
    expect(answers).toHaveLength(2);
    answers[0]?.('late');
    await settle();
    expect(FakeWebSocket.made).toHaveLength(0);
    answers[1]?.('timely');
    await settle();
    expect(FakeWebSocket.last.protocols).toContain('bearer.timely');
  });

  it('a listener of the signal that throws hurts nobody', async () => {
    vi.stubGlobal('reportError', vi.fn());
    const connection = await connect({
      getToken: ({ signal }) => {
        signal.addEventListener('abort', () => connection.disconnect());
        return new Promise(() => undefined);
      },
    });
    connection.setIdentity('other');
    await settle();
    expect(connection.status().phase).toBe('closed');
  });

  it('a rejected token is refreshed once, then refused', async () => {
    const { requests, getToken } = provider();
    const connection = await connect({ getToken });
    FakeWebSocket.last.accept().drop(4401, 'expired');
    await advance(1000);
    expect(requests.map(({ forceRefresh }) => forceRefresh)).toEqual([false, true]);
    FakeWebSocket.last.accept().drop(4401, 'expired');
    expect(connection.status()).toMatchObject({ phase: 'refused', canRetry: true });
    expect(connection.status().error).toMatchObject({ kind: 'auth_rejected', code: 4401 });
  });

  it('a token is renewed in-band where the server can', async () => {
    const { getToken } = provider();
    const connection = await connect({ getToken });
    FakeWebSocket.last.accept().greet({ features: ['reauth'], tokenExpiresInMs: 10_000 });
    await advance(8001);
    expect(FakeWebSocket.last.frames).toContainEqual({
      type: 'auth',
      data: { token: `${secret}2` },
    });
    expect(connection.status().state).toBe('connected');
  });

  it('a server that selects the token is accepted, and warned of once', async () => {
    const connection = await connect({ getToken: () => secret });
    FakeWebSocket.last.accept(`bearer.${secret}`).greet();
    expect(connection.status().state).toBe('connected');
    expect(lines.filter((line) => line.includes('token_echoed'))).toHaveLength(1);
    expect(lines.join()).not.toContain(secret);
  });

  it('never appear in a log, status, diagnostics, metrics or URL', async () => {
    const tokens: string[] = [];
    const getToken = () => {
      tokens.push(`${secret}${tokens.length}`);
      return tokens.at(-1) as string;
    };
    const connection = await connectLive({
      getToken,
      logLevel: 'debug',
      url: `wss://rt.example.com/ws?ticket=${secret}`,
    });
    const seen: string[] = [];
    connection.onStatus((status) => seen.push(JSON.stringify(status)));
    FakeWebSocket.last
      .deliver({ type: 'error', data: { code: secret, message: `bad token ${secret}` } })
      .deliver(`{"type":"${secret.slice(0, 60)}`)
      .deliver(`{"data":"${secret}"}`)
      .drop(4401, `bearer.${secret}`);
    await advance(1000);
    FakeWebSocket.last.accept(`bearer.${secret}1`).drop(1012, secret);
    await advance(5000);
    FakeWebSocket.last.accept().greet().drop(4403, `no ${secret}`);
    const everything = [
      ...lines,
      ...seen,
      JSON.stringify(connection.status()),
      JSON.stringify(connection.diagnostics()),
      JSON.stringify(connection.metrics()),
    ].join('\n');
    expect(tokens.length).toBeGreaterThan(1);
    // Not even a part of it.
    for (const part of secret.split('.')) expect(everything).not.toContain(part);
  });

  it('what a provider rejects with is told to developers, without a token', async () => {
    const connection = await connect({
      getToken: () => Promise.reject(new Error(`cannot refresh ${secret}`)),
    });
    const { error } = connection.status();
    expect(error?.message).toBe('Your sign-in could not be confirmed.');
    expect(error?.detail).toContain('cannot refresh');
    expect(JSON.stringify(error)).toContain('cannot refresh');
    expect(JSON.stringify(connection.diagnostics())).not.toContain(secret);
  });

  it('a subprotocols function that throws does not leak the token', async () => {
    const connection = await connect({
      getToken: () => secret,
      subprotocols: (token) => {
        if (token) throw new Error(token);
        return [];
      },
    });
    expect(connection.status().error?.kind).toBe('token_unavailable');
    expect(JSON.stringify(connection.diagnostics()) + lines.join()).not.toContain(secret);
  });
});
