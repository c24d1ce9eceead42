// Which differences between options make another connection.
import { expect, it } from 'vitest';
import { optionsKey } from '../../../js-bindings/src/react/options-key.js';

it('is the same for options of the same content, in any order', () => {
  const one = optionsKey({ path: '/live', backoff: { initialMs: 500, maxMs: 9000 } });
  const other = optionsKey({ backoff: { maxMs: 9000, initialMs: 500 }, path: '/live' });
  expect(one).toBe(other);
});

it('does not tell functions apart, only whether they are there', () => {
  const one = optionsKey({ getToken: () => 'a' });
  expect(optionsKey({ getToken: () => 'b' })).toBe(one);
  expect(optionsKey({})).not.toBe(one);
});

it('differs where another server, path or policy is meant', () => {
  const keys = [
    {},
    { path: '/other' },
    { url: 'wss://desk.example/ws' },
    { heartbeat: { intervalMs: 5000 } },
    { subprotocols: 'none' as const },
  ].map(optionsKey);
  expect(new Set(keys).size).toBe(keys.length);
});

it('leaves out who is signed in, and the bytes of the module', () => {
  const bytes = new Uint8Array(1_000_000);
  expect(optionsKey({ identity: 'ann', wasmBinary: bytes })).toBe(optionsKey({}));
});

it('takes values of a wrong type without failing: naming them is the connection’s part', () => {
  const wrong = { connectTimeoutMs: 5n } as unknown as { connectTimeoutMs: number };
  expect(optionsKey(wrong)).not.toBe(optionsKey({}));
});
