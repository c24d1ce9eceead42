import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { ConnectionError, createConnection } from 'keepline';
import { describe, expect, it } from 'vitest';
import { namedRows } from '../../js-bindings/dist/client/options.js';
import { version } from '../../js-bindings/dist/client/version.js';
import { connect, start, useWorld } from './support/world.js';

/** The error that the options give, thrown before anything happens. */
function refused(options: object): ConnectionError {
  try {
    createConnection(options).dispose();
  } catch (error) {
    if (error instanceof ConnectionError) return error;
    throw error;
  }
  throw new Error('the options were taken');
}

describe('options', () => {
  useWorld();

  it.each([
    [{ connectTimeoutMs: 999 }, 'connectTimeoutMs must be a number from 1000 to 60000'],
    [{ connectTimeoutMs: '5000' }, 'connectTimeoutMs must be a number'],
    [{ connectTimeoutMs: Number.NaN }, 'connectTimeoutMs must be a number'],
    [{ backoff: { jitter: 1.5 } }, 'backoff.jitter must be a number from 0 to 1'],
    [{ backoff: { maxAttempts: 1.5 } }, 'backoff.maxAttempts must be an integer'],
    [{ backoff: { strategy: 'linear' } }, "backoff.strategy must be one of 'exponential'"],
    [{ backoff: { initialMs: 500, maxMs: 400 } }, 'backoff.initialMs must be at most'],
    [{ backoff: { slowProbeMs: 1 } }, 'backoff.slowProbeMs must be a number from 5000'],
    [{ hidden: { closeAfterMs: 999 } }, 'hidden.closeAfterMs must be a number from 1000'],
    [{ hidden: 60_000 }, 'hidden must be an object'],
    [{ backoff: 3 }, 'backoff must be an object'],
    [{ names: { type: '' } }, 'names.type must be a string of 1 to 64 bytes'],
    [{ names: { type: 'data' } }, 'must differ from names.'],
    [{ queue: { ttlMs: Number.POSITIVE_INFINITY } }, 'queue.ttlMs must be a number from 0'],
    [{ queue: null }, 'queue must be an object'],
    [{ backoff: { log: () => undefined } }, 'backoff.log is no option'],
    [{ path: 'ws' }, 'path must begin with one /'],
    [{ path: '//evil.example/ws' }, 'path must begin with one /'],
    [{ url: 7 }, 'url must be a string'],
    [{ autoConnect: 'yes' }, 'autoConnect must be true or false'],
    [{ getToken: 'eyJ' }, 'getToken must be a function'],
    [{ WebSocket: 'wss:' }, 'WebSocket must be a constructor'],
    [{ identity: 7 }, 'identity must be a string or null'],
    [{ subprotocols: ['a'] }, 'subprotocols must be'],
    [{ wasmBinary: 'bytes' }, 'wasmBinary must be'],
    [{ maxAttempts: 3 }, 'maxAttempts is no option; did you mean backoff.maxAttempts?'],
    [{ reconect: {} }, 'reconect is no option'],
    [{ backoff: { jiter: 0.1 } }, 'backoff.jiter is no option; did you mean backoff.jitter?'],
    [{ __proto__: null, constructor: 1 }, 'constructor is no option'],
  ])('%j is refused at once, with its name and range', (options, detail) => {
    const error = refused(options);
    expect(error.kind).toBe('option_invalid');
    expect(error.message).toContain(detail);
    expect(error.remedy).not.toBe('');
  });

  it('values of another realm, as a frame gives them, are taken for what they are', async () => {
    const bytes = readFileSync(createRequire(import.meta.url).resolve('keepline/wasm'));
    const inRealm = (what: string): BufferSource | WebAssembly.Module =>
      runInNewContext(what, { bytes });
    const module = inRealm('new WebAssembly.Module(new Uint8Array(bytes))');
    const buffer = inRealm('new Uint8Array(bytes).buffer');
    expect([module instanceof WebAssembly.Module, buffer instanceof ArrayBuffer]).toEqual([
      false,
      false,
    ]);
    for (const wasmBinary of [module, buffer, inRealm('new Uint8Array(bytes)')]) {
      const connection = await connect({ wasmBinary, autoConnect: false });
      expect(connection.status()).toMatchObject({ phase: 'idle', error: null });
      connection.dispose();
    }
  });

  it('an address of another realm is taken for one', () => {
    const frame = runInNewContext(
      '({ [Symbol.toStringTag]: "URL", href: "https://cdn.example/" })',
    );
    const wasmUrl = Object.assign(frame, { toString: () => frame.href }) as URL;
    expect(wasmUrl instanceof URL).toBe(false);
    expect(() => start({ wasmUrl })).not.toThrow();
  });

  it('an option that is undefined counts as absent', () => {
    expect(() => start({ path: undefined } as never)).not.toThrow();
  });

  it('0 turns the slow probe off', () => {
    expect(() => start({ backoff: { slowProbeMs: 0 } })).not.toThrow();
  });

  it('every default of the table is taken by the core, and so are both ends of every range', async () => {
    expect(namedRows().length).toBeGreaterThan(30);
    for (const [name, row] of namedRows()) {
      const values: unknown[] = [row[0]];
      if (typeof row[0] === 'number') values.push(row[1], row[2]);
      if (row.length === 2) values.push(...row[1]);
      for (const value of values) {
        if (value === undefined) continue;
        const [group = '', member] = name.split('.');
        const wide = name === 'backoff.initialMs' ? { maxMs: 600000 } : {};
        const low = name === 'backoff.maxMs' ? { initialMs: 100 } : {};
        const options = member
          ? { [group]: { ...wide, ...low, [member]: value } }
          : { [group]: value };
        const connection = await connect({ ...options, autoConnect: false });
        expect(connection.status().error, `${name}: ${String(value)}`).toBeNull();
        connection.dispose();
      }
    }
  });

  it('subprotocols that no browser would take are an error of the options', async () => {
    const connection = start({ subprotocols: () => ['two words'] });
    await expect.poll(() => connection.status().error?.kind).toBe('option_invalid');
    expect(connection.status().state).toBe('disconnected');
  });

  it('the version is that of the package', () => {
    const path = new URL('../../js-bindings/package.json', import.meta.url);
    expect(JSON.parse(readFileSync(path, 'utf8')).version).toBe(version);
  });
});
